import { ParseError } from '../core/errors.js';
import { DEFAULT_LIMIT_PIXELS, type DecodeOptions } from './image.js';
import { readPngFile, type PngHeader } from './png-file.js';
import { unfilteredRows } from './png-rows.js';

/** Depth per pixel, in the unit of its file: PNG files of NYUDv2 hold millimetres in 16 bits. */
export interface DepthMap {
  /** Pixels per row. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
  /** Above 0, `[height, width]`. */
  readonly data: Uint16Array | Float32Array;
}

/**
 * Reads depth from a greyscale PNG of 16 bits, such as NYUDv2's in millimetres.
 *
 * @param bytes - The whole file.
 * @param source - Its name, for errors.
 * @throws {@link ParseError} on a damaged file, any other PNG, and above the pixel limit.
 */
export function decodeDepth(
  bytes: Uint8Array,
  source: string,
  options: DecodeOptions = {},
): DepthMap {
  const file = readPngFile(bytes, source, options.limitPixels ?? DEFAULT_LIMIT_PIXELS);
  const { width, height } = file.header;
  const refusal = refuseAsDepth(file.header);
  if (refusal !== null) throw new ParseError(source, 8, `not a depth map: ${refusal}`);
  const rows = unfilteredRows(file, source);
  const view = new DataView(rows.buffer, rows.byteOffset, rows.byteLength);
  const pitch = 2 * width + 1;
  const data = Uint16Array.from({ length: width * height }, (_, i) =>
    view.getUint16(Math.floor(i / width) * pitch + 1 + 2 * (i % width)),
  );
  return { width, height, data };
}

function refuseAsDepth({ colorType, depth, interlaced }: PngHeader): string | null {
  if (colorType !== 0) return 'it stores colours, not grey values';
  if (depth !== 16) return `got ${String(depth)} bits per pixel, expected 16`;
  return interlaced ? 'it is interlaced' : null;
}
