/** A colour image. */
export interface RgbImage {
  /** Pixels per row. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
  /** Red, green, blue of each pixel, row by row: `[height, width, 3]`. */
  readonly data: Uint8Array;
}

/** A class for every pixel, 255 meaning "do not care". */
export interface LabelMap {
  /** Pixels per row. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
  /** Class of each pixel, row by row: `[height, width]`. */
  readonly data: Uint8Array;
}

/** The label of pixels that neither train nor count. */
export const IGNORE_LABEL = 255;

/** What a decoder may be asked to take. */
export interface DecodeOptions {
  /** Most pixels an image may claim; default 64 million. Checked before anything is allocated. */
  readonly limitPixels?: number;
}

/** The pixel limit of decoders that are given none. */
export const DEFAULT_LIMIT_PIXELS = 64_000_000;

/** Why a file's claim of width × height pixels is refused, or null if it is taken. */
export function faultOfSize(width: number, height: number, limitPixels: number): string | null {
  const size = `${String(width)}×${String(height)}`;
  if (!(width >= 1 && height >= 1)) return `${size} is not an image size`;
  const fits = width * height <= limitPixels;
  return fits ? null : `${size} pixels are over the limit of ${String(limitPixels)}`;
}
