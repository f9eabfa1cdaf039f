import { decode } from 'jpeg-js';
import { ParseError } from '../core/errors.js';
import { orientationOf } from './exif.js';
import { DEFAULT_LIMIT_PIXELS, type DecodeOptions, type RgbImage } from './image.js';
import { readJpegFile, type JpegFile } from './jpeg-file.js';
import { orient } from './orient.js';

/**
 * Decodes a baseline or progressive JPEG: grey, YCbCr, RGB, or Adobe's CMYK and YCCK.
 *
 * The Exif orientation is applied. Half-size chroma is repeated, not interpolated, so colours at
 * edges differ by a little from decoders that smooth them.
 *
 * @param bytes - The whole file.
 * @param source - Its name, for errors.
 * @throws {@link ParseError} on a damaged or unsupported file, or one above the pixel limit.
 */
export function decodeJpeg(
  bytes: Uint8Array,
  source: string,
  options: DecodeOptions = {},
): RgbImage {
  const file = readJpegFile(bytes, source, options.limitPixels ?? DEFAULT_LIMIT_PIXELS);
  let image: RgbImage;
  try {
    image = decode(file.essential, {
      useTArray: true,
      formatAsRGBA: false,
      maxResolutionInMP: Math.ceil((file.width * file.height) / 1e6),
      maxMemoryUsageInMB: memoryFor(file),
      // jpeg-js reads past the last block of a greyscale image that its restart interval does not divide,
      // except in tolerant mode; readJpegFile has already checked that the file is complete.
      tolerantDecoding: file.hasRestarts,
      ...(file.components.length === 3 && { colorTransform: !isRgb(file) }),
    });
  } catch (error) {
    throw new ParseError(source, file.scanOffset, `damaged JPEG data: ${reasonOf(error)}`);
  }
  const { width, height, data } = image;
  if (width !== file.width || height !== file.height) {
    throw new ParseError(source, file.scanOffset, 'damaged JPEG data: two sizes in one file');
  }
  const stored = { width, height, data };
  return file.exif === null ? stored : orient(stored, orientationOf(file.exif));
}

/** jpeg-js throws a TypeError for a table that a file refers to but does not contain. */
function reasonOf(error: unknown): string {
  if (error instanceof TypeError) return 'a table it refers to is missing or broken';
  return error instanceof Error ? error.message : String(error);
}

/**
 * True if three components are RGB, not YCbCr, by the rules of libjpeg: never for JFIF, by the Adobe segment
 * if there is one, otherwise if the component identifiers are R, G and B.
 */
function isRgb({ components, isJfif, adobeTransform }: JpegFile): boolean {
  if (isJfif) return false;
  if (adobeTransform !== null) return adobeTransform === 0;
  return components.map(({ id }) => String.fromCharCode(id)).join('') === 'RGB';
}

/** At most 27 bytes per sample position, counted in whole units of 32×32 pixels. */
function memoryFor({ width, height }: JpegFile): number {
  const padded = (width + 31) * (height + 31);
  return 16 + Math.ceil((padded * 32) / 2 ** 20);
}
