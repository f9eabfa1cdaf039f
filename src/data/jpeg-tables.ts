/**
 * Checks that the tables of a JPEG file fill their segments: decoders that use the table sizes and decoders that
 * use the segment lengths must read the same file.
 *
 * @see ITU-T T.81 (JPEG), §B.2.4.
 */

/** Quantization tables: a byte for the precision (8 or 16 bits), then 64 numbers. */
export function areQuantizationTables(body: Uint8Array): boolean {
  let at = 0;
  while (at < body.length) {
    const precision = body[at] >> 4;
    if (precision > 1) return false;
    at += 1 + 64 * (precision + 1);
  }
  return at === body.length;
}

/**
 * Reads Huffman tables: a byte of class (high bits, 0 = DC, 1 = AC) and number, 16 counts of codes by length, then
 * a value per code.
 *
 * @returns The first byte of each table, or null if the tables do not fill the segment.
 */
export function huffmanTables(body: Uint8Array): number[] | null {
  const tables: number[] = [];
  let at = 0;
  while (at + 17 <= body.length) {
    tables.push(body[at]);
    const codes = body.subarray(at + 1, at + 17).reduce((sum, count) => sum + count, 0);
    at += 17 + codes;
  }
  return at === body.length ? tables : null;
}
