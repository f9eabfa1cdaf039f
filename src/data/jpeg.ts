import { ParseError } from '../core/errors.js';
import { rgbOfInvertedCmyk } from './cmyk.js';
import { orientationOf } from './exif.js';
import { DEFAULT_LIMIT_PIXELS, type DecodeOptions, type RgbImage } from './image.js';
import { readJpegFile, type JpegFile } from './jpeg-file.js';
import { decodeTurbo } from './jpeg-turbo.js';
import { orient } from './orient.js';

/**
 * Decodes a baseline or progressive JPEG: grey, YCbCr, RGB, or Adobe's CMYK and YCCK.
 *
 * The pixels are those of libjpeg-turbo with its default settings, as in Pillow and OpenCV: smaller chroma is
 * interpolated. The Exif orientation is applied. Everything that libjpeg warns about is an error, so an image
 * is never partial.
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
  const { width, height } = file;
  const stored = { width, height, data: decodePixels(file, source) };
  return file.exif === null ? stored : orient(stored, orientationOf(file.exif));
}

function decodePixels(file: JpegFile, source: string): Uint8Array {
  try {
    const isCmyk = file.components.length === 4;
    return isCmyk
      ? rgbOfInvertedCmyk(decodeTurbo(file.essential, file, 4))
      : decodeTurbo(file.essential, file, 3);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ParseError(source, file.scanOffset, `damaged JPEG data: ${reason}`);
  }
}
