/**
 * The frame header of a JPEG file.
 *
 * @see ITU-T T.81 (JPEG), §B.2.2 and Table B.1.
 */
import type { ByteReader } from '../core/byte-reader.js';
import { faultOfSize } from './image.js';

/** One colour component of a JPEG frame. */
export interface JpegComponent {
  /** Number by which scans name it. */
  readonly id: number;
  /** Horizontal sampling factor, 1 to 4. */
  readonly across: number;
  /** Vertical sampling factor, 1 to 4. */
  readonly down: number;
}

/** Size and components of the one image in a JPEG file. */
export interface JpegFrame {
  /** Stored pixels per row, before any turning. */
  readonly width: number;
  /** Stored rows. */
  readonly height: number;
  /** One for grey, three for colour, four for print colours. */
  readonly components: readonly JpegComponent[];
}

/** Whether a marker starts a frame of some kind: 0xC0 to 0xCF but DHT, JPG and DAC. */
export function isFrameMarker(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}

/**
 * Reads the body of a frame segment.
 *
 * @param fields - The body of the segment.
 * @param fail - Raises the error with the place of the segment.
 */
export function readFrame(
  fields: ByteReader,
  marker: number,
  limitPixels: number,
  fail: (reason: string) => never,
): JpegFrame {
  if (marker > 0xc2) fail(`JPEG of kind 0x${marker.toString(16)} is not read`);
  const precision = fields.u8();
  if (precision !== 8) fail(`${String(precision)}-bit JPEG is not read`);
  const height = fields.u16be();
  const width = fields.u16be();
  const fault = faultOfSize(width, height, limitPixels);
  if (fault !== null) fail(fault);
  const components = Array.from({ length: fields.u8() }, () => readComponent(fields));
  const distinct = new Set(components.map(({ id }) => id)).size;
  if (![1, 3, 4].includes(distinct) || distinct !== components.length || fields.remaining > 0) {
    fail(`${String(components.length)} colour components are not read`);
  }
  const isFactor = (factor: number): boolean => factor >= 1 && factor <= 4;
  if (!components.every(({ across, down }) => isFactor(across) && isFactor(down))) {
    fail('sampling factors outside 1 to 4');
  }
  return { width, height, components };
}

function readComponent(fields: ByteReader): JpegComponent {
  const id = fields.u8();
  const factors = fields.u8();
  fields.u8(); // quantization table
  return { id, across: factors >> 4, down: factors & 15 };
}

/** Fewest bits the entropy-coded data can have: every block of 8×8 samples costs at least one. */
export function leastBits({ width, height, components }: JpegFrame): number {
  const mostAcross = Math.max(...components.map(({ across }) => across));
  const mostDown = Math.max(...components.map(({ down }) => down));
  return components.reduce((bits, { across, down }) => {
    const columns = Math.floor((width * across) / mostAcross / 8);
    return bits + columns * Math.floor((height * down) / mostDown / 8);
  }, 0);
}
