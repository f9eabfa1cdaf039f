import { PNG } from 'pngjs';
import { ParseError } from '../core/errors.js';
import { orientationOf } from './exif.js';
import { DEFAULT_LIMIT_PIXELS, type DecodeOptions, type RgbImage } from './image.js';
import { orient } from './orient.js';
import { readPngFile } from './png-file.js';
import { inflateRows } from './png-rows.js';

/**
 * Decodes a PNG of any colour type and depth, interlaced or not.
 *
 * Transparent pixels are laid over white, as a viewer shows them; 16-bit samples are rounded to 8
 * bits; the orientation of an eXIf chunk is applied; gamma and colour profiles are not.
 *
 * @param bytes - The whole file.
 * @param source - Its name, for errors.
 * @throws {@link ParseError} on a damaged file, or one that claims more than the pixel limit.
 */
export function decodePng(
  bytes: Uint8Array,
  source: string,
  options: DecodeOptions = {},
): RgbImage {
  const file = readPngFile(bytes, source, options.limitPixels ?? DEFAULT_LIMIT_PIXELS);
  // pngjs inflates interlaced files without a limit and checks neither the stream's end nor its
  // checksum, so the stream is tried here first.
  inflateRows(file, source);
  let rgba: Uint8Array;
  try {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    rgba = PNG.sync.read(buffer, { checkCRC: false }).data;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ParseError(source, file.compressedOffset, `damaged pixels: ${reason}`);
  }
  const { width, height } = file.header;
  const image = { width, height, data: overWhite(rgba) };
  return file.exif === null ? image : orient(image, orientationOf(file.exif));
}

function overWhite(rgba: Uint8Array): Uint8Array {
  const rgb = new Uint8Array((rgba.length / 4) * 3);
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += 3) {
    const alpha = rgba[from + 3];
    const white = 255 * (255 - alpha);
    for (let c = 0; c < 3; c++) {
      const value = rgba[from + c];
      rgb[to + c] = alpha === 255 ? value : Math.round((value * alpha + white) / 255);
    }
  }
  return rgb;
}
