/** Rotations of a mixing round, and of the final round. */
const MIXING = [4, 6, 8, 16, 19, 4];
const FINISHING = [14, 11, 25, 16, 4, 14, 24];
/** Bytes per mixing round, as three words. */
const BLOCK_BYTES = 12;
const START = 0xdeadbeef;

/**
 * Checksum of the metadata of an HDF5 file: Bob Jenkins' lookup3 of the bytes.
 *
 * @see HDF5 File Format Specification 3.0, and http://burtleburtle.net/bob/c/lookup3.c, `hashlittle`.
 */
export function lookup3(bytes: Uint8Array): number {
  if (bytes.length === 0) return START;
  // The last block gets the final round instead of a mixing round, even if it is full. It is padded with zeros.
  const blocks = Math.ceil(bytes.length / BLOCK_BYTES);
  const padded = new DataView(new ArrayBuffer(blocks * BLOCK_BYTES));
  new Uint8Array(padded.buffer).set(bytes);
  let a = (START + bytes.length) | 0;
  let b = a;
  let c = a;
  for (let at = 0; at < padded.byteLength; at += BLOCK_BYTES) {
    a = (a + padded.getInt32(at, true)) | 0;
    b = (b + padded.getInt32(at + 4, true)) | 0;
    c = (c + padded.getInt32(at + 8, true)) | 0;
    if (at + BLOCK_BYTES === padded.byteLength) break;
    for (const turn of MIXING) {
      const mixed = (a - c) ^ rotated(c, turn);
      [a, b, c] = [b, (c + b) | 0, mixed];
    }
  }
  for (const turn of FINISHING) [a, b, c] = [b, ((c ^ b) - rotated(b, turn)) | 0, a];
  return b >>> 0;
}

function rotated(word: number, turn: number): number {
  return (word << turn) | (word >>> (32 - turn));
}
