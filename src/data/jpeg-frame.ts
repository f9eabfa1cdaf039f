/**
 * The frame header of a JPEG file.
 *
 * @see ITU-T T.81 (JPEG), §B.2.2 and Table B.1.
 */
import type { ByteReader } from '../core/byte-reader.js';
import { faultOfSize } from './image.js';

/** One colour component of a JPEG frame. */
export interface JpegComponent {
  /** Identifier that scans refer to. */
  readonly id: number;
  /** Horizontal sampling factor, 1 to 4. */
  readonly across: number;
  /** Vertical sampling factor, 1 to 4. */
  readonly down: number;
}

/** Size and components of the one image in a JPEG file. */
export interface JpegFrame {
  /** Stored pixels per row, before the orientation is applied. */
  readonly width: number;
  /** Stored rows. */
  readonly height: number;
  /** One for greyscale, three for colour, four for CMYK or YCCK. */
  readonly components: readonly JpegComponent[];
  /** Largest horizontal sampling factor of the components. */
  readonly mostAcross: number;
  /** Largest vertical sampling factor of the components. */
  readonly mostDown: number;
  /** True for a progressive file: a scan has only some bits of some coefficients. */
  readonly isProgressive: boolean;
}

const ARITHMETIC = [0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf];
const PROGRESSIVE = 0xc2;

/** True if a marker starts a frame (SOF): 0xC0 to 0xCF, except DHT, JPG and DAC. */
export function isFrameMarker(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}

/**
 * Reads the body of a frame segment.
 *
 * @param fields - The body of the segment.
 * @param fail - Throws an error at the offset of the segment.
 */
export function readFrame(
  fields: ByteReader,
  marker: number,
  limitPixels: number,
  fail: (reason: string) => never,
): JpegFrame {
  if (ARITHMETIC.includes(marker)) fail('unsupported arithmetic coding (expected Huffman coding)');
  if (marker > PROGRESSIVE)
    fail(`unsupported JPEG of kind 0x${marker.toString(16)} (expected baseline or progressive)`);
  const precision = fields.u8();
  if (precision !== 8) fail(`unsupported ${String(precision)}-bit JPEG (expected 8 bits)`);
  const height = fields.u16be();
  const width = fields.u16be();
  const fault = faultOfSize(width, height, limitPixels);
  if (fault !== null) fail(fault);
  const components = Array.from({ length: fields.u8() }, () => readComponent(fields));
  const distinct = new Set(components.map(({ id }) => id)).size;
  if (![1, 3, 4].includes(distinct) || distinct !== components.length || fields.remaining > 0) {
    fail(`${String(components.length)} colour components are unsupported (expected 1, 3 or 4)`);
  }
  const isFactor = (factor: number): boolean => factor >= 1 && factor <= 4;
  if (!components.every(({ across, down }) => isFactor(across) && isFactor(down))) {
    fail('sampling factors outside 1 to 4');
  }
  return {
    width,
    height,
    components,
    mostAcross: Math.max(...components.map(({ across }) => across)),
    mostDown: Math.max(...components.map(({ down }) => down)),
    isProgressive: marker === PROGRESSIVE,
  };
}

function readComponent(fields: ByteReader): JpegComponent {
  const id = fields.u8();
  const factors = fields.u8();
  fields.u8(); // quantization table
  return { id, across: factors >> 4, down: factors & 15 };
}

/** Minimum number of bits of the entropy-coded data: every block of 8×8 samples costs at least one. */
export function leastBits(frame: JpegFrame): number {
  const { width, height, components, mostAcross, mostDown } = frame;
  return components.reduce((bits, { across, down }) => {
    const columns = Math.floor((width * across) / mostAcross / 8);
    return bits + columns * Math.floor((height * down) / mostDown / 8);
  }, 0);
}
