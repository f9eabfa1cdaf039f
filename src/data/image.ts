import { CHECKED_LATER, type OptionChecks } from '../core/check-options.js';

/** A colour image. */
export interface RgbImage {
  /** Pixels per row. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
  /** Red, green, blue of each pixel, row by row: `[height, width, 3]`. */
  readonly data: Uint8Array;
}

/** Class of every pixel; 255 = ignored pixel. */
export interface LabelMap {
  /** Pixels per row. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
  /** Class of each pixel, row by row: `[height, width]`. */
  readonly data: Uint8Array;
}

/** Label of pixels that training and scores ignore. */
export const IGNORE_LABEL = 255;

/** Options of the image decoders. */
export interface DecodeOptions {
  /** Largest number of pixels in a header; default 64 million. It is checked before memory is allocated. */
  readonly limitPixels?: number;
}

/** Checks of {@link DecodeOptions}. */
export const DECODE_OPTIONS: OptionChecks<DecodeOptions> = { limitPixels: CHECKED_LATER };

/** Default of {@link DecodeOptions.limitPixels}. */
export const DEFAULT_LIMIT_PIXELS = 64_000_000;

/** Reason for rejecting an image of width × height pixels; null if it is accepted. */
export function faultOfSize(width: number, height: number, limitPixels: number): string | null {
  const size = `${String(width)}×${String(height)}`;
  if (!(width >= 1 && height >= 1)) return `invalid image size (got ${size})`;
  const fits = width * height <= limitPixels;
  return fits ? null : `too many pixels (got ${size}, expected at most ${String(limitPixels)})`;
}
