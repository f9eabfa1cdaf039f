import { PNG } from 'pngjs';
import { ParseError } from '../core/errors.js';
import { orientationOf } from './exif.js';
import { DEFAULT_LIMIT_PIXELS, type DecodeOptions, type RgbImage } from './image.js';
import { orient } from './orient.js';
import { readPngFile, type PngFile } from './png-file.js';
import { inflateRows, unfilteredRows } from './png-rows.js';

/**
 * Decodes a PNG of any colour type and depth, interlaced or not.
 *
 * Transparent pixels are blended with white, as in a viewer; 16-bit samples are rounded to 8
 * bits; the orientation of an eXIf chunk is applied; gamma and colour profiles are not.
 *
 * @param bytes - The whole file.
 * @param source - Its name, for errors.
 * @throws {@link ParseError} on a damaged file, or one above the pixel limit.
 */
export function decodePng(
  bytes: Uint8Array,
  source: string,
  options: DecodeOptions = {},
): RgbImage {
  const file = readPngFile(bytes, source, options.limitPixels ?? DEFAULT_LIMIT_PIXELS);
  const { width, height } = file.header;
  const data = isPlain(file) ? plainPixels(file, source) : anyPixels(file, bytes, source);
  const image = { width, height, data };
  return file.exif === null ? image : orient(image, orientationOf(file.exif));
}

const RGB = 2;

/** True if the rows hold 8-bit RGB samples in order, as in almost all photos. */
function isPlain({ header, hasTransparentColours }: PngFile): boolean {
  const { colorType, depth, interlaced } = header;
  return colorType === RGB && depth === 8 && !interlaced && !hasTransparentColours;
}

function plainPixels(file: PngFile, source: string): Uint8Array {
  const { width, height } = file.header;
  const rows = unfilteredRows(file, source);
  const rowBytes = 3 * width;
  const rgb = new Uint8Array(rowBytes * height);
  for (let y = 0; y < height; y++) {
    const start = y * (rowBytes + 1) + 1;
    rgb.set(rows.subarray(start, start + rowBytes), y * rowBytes);
  }
  return rgb;
}

function anyPixels(file: PngFile, bytes: Uint8Array, source: string): Uint8Array {
  // pngjs inflates interlaced files without a limit and checks neither the stream's end nor its
  // checksum, so the stream is checked here first.
  inflateRows(file, source);
  try {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return overWhite(PNG.sync.read(buffer, { checkCRC: false }).data);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ParseError(source, file.compressedOffset, `damaged pixels: ${reason}`);
  }
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
