/**
 * The scan headers of a JPEG file and their restart markers.
 *
 * @see ITU-T T.81 (JPEG), §B.2.3 and §A.2 (order of the blocks), §G.1.1 (progressive scans).
 */
import type { ByteReader } from '../core/byte-reader.js';
import type { JpegComponent, JpegFrame } from './jpeg-frame.js';

/** One scan: a pass over the blocks of some components. */
export interface JpegScan {
  /** Components in the scan. */
  readonly components: readonly JpegComponent[];
  /** Huffman tables that the scan uses, by class (high bits, 0 = DC, 1 = AC) and number. */
  readonly tables: readonly number[];
  /** First coefficient of a block that the scan contains, 0 to 63. */
  readonly first: number;
  /** Last coefficient, 0 to 63. */
  readonly last: number;
  /** Number of low bits of the coefficients that later scans add. */
  readonly missingBits: number;
}

/**
 * Reads the body of a scan segment.
 *
 * @param fields - The body of the segment.
 * @param fail - Throws an error at the offset of the segment.
 */
export function readScanHeader(
  fields: ByteReader,
  frame: JpegFrame,
  fail: (reason: string) => never,
): JpegScan {
  const selectors: number[] = [];
  const components = Array.from({ length: fields.u8() }, () => {
    const id = fields.u8();
    selectors.push(fields.u8());
    return frame.components.find((component) => component.id === id);
  });
  const known = components.filter((component) => component !== undefined);
  if (known.length === 0 || known.length < components.length) fail('a scan of unknown components');
  const first = fields.u8();
  const last = fields.u8();
  const approximation = fields.u8();
  if (!(first <= last && last <= 63) || fields.remaining > 0) fail('damaged scan');
  const usesDc = !frame.isProgressive || (first === 0 && approximation >> 4 === 0);
  const usesAc = !frame.isProgressive || last > 0;
  const tables = selectors.flatMap((selector) => [
    ...(usesDc ? [selector >> 4] : []),
    ...(usesAc ? [0x10 | (selector & 15)] : []),
  ]);
  return { components: known, tables, first, last, missingBits: approximation & 15 };
}

/** Number of units of a scan, in which restart intervals are counted: blocks, or groups of blocks if interleaved. */
export function unitsOf(frame: JpegFrame, { components }: JpegScan): number {
  if (components.length === 1) return blocksOf(frame, components[0]);
  const { mostAcross, mostDown } = frame;
  return Math.ceil(frame.width / (8 * mostAcross)) * Math.ceil(frame.height / (8 * mostDown));
}

/** Number of blocks of 8×8 samples of a component, without the padding of interleaved scans. */
export function blocksOf(frame: JpegFrame, { across, down }: JpegComponent): number {
  const columns = Math.ceil((frame.width * across) / frame.mostAcross);
  const rows = Math.ceil((frame.height * down) / frame.mostDown);
  return Math.ceil(columns / 8) * Math.ceil(rows / 8);
}

/**
 * Checks the restart markers of a scan: RST0 to RST7 in turn, one after every `interval` units except the last.
 *
 * A marker directly before the end of the scan is accepted: some encoders write it, and no data is after it.
 *
 * @param data - The entropy-coded data of the scan.
 * @param interval - Units between two markers; 0 if the file defines no interval.
 * @param fail - Throws an error at an offset in `data`.
 */
export function checkRestarts(
  data: Uint8Array,
  units: number,
  interval: number,
  fail: (reason: string, at: number) => never,
): void {
  const expected = interval === 0 ? 0 : Math.ceil(units / interval) - 1;
  let seen = 0;
  for (let at = data.indexOf(0xff); at >= 0; at = data.indexOf(0xff, at + 1)) {
    const marker = data[at + 1];
    const isRestart = marker >= 0xd0 && marker <= 0xd7;
    const isAfterLast = seen === expected && at + 2 === data.length;
    if (!isRestart || (isAfterLast && interval > 0)) continue;
    if (seen === expected)
      fail(`unexpected restart marker (expected ${String(expected)} in the scan)`, at);
    if ((marker & 7) !== (seen & 7))
      fail(
        `restart marker out of order (got ${String(marker & 7)}, expected ${String(seen & 7)})`,
        at,
      );
    seen++;
  }
  if (seen < expected)
    fail(
      `truncated: restart markers are missing (got ${String(seen)}, expected ${String(expected)})`,
      data.length,
    );
}
