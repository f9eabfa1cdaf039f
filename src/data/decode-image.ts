import { checkOptions } from '../core/check-options.js';
import { ParseError } from '../core/errors.js';
import { DECODE_OPTIONS, type DecodeOptions, type RgbImage } from './image.js';
import { decodeJpeg } from './jpeg.js';
import { decodePng } from './png.js';

/** Signatures of common file types, as Latin-1 text at an offset. */
const SIGNATURES: readonly (readonly [kind: string, offset: number, text: string])[] = [
  ['PNG', 0, '\x89PNG'],
  ['JPEG', 0, '\xff\xd8'],
  ['GIF', 0, 'GIF8'],
  ['WebP', 8, 'WEBP'],
  ['BMP', 0, 'BM'],
  ['TIFF', 0, 'II*\0'],
  ['TIFF', 0, 'MM\0*'],
  ['HEIC or AVIF', 4, 'ftyp'],
  ['JPEG XL', 0, '\xff\x0a'],
  ['JPEG 2000', 4, 'jP  '],
  ['PDF', 0, '%PDF'],
];

/**
 * Decodes a PNG or JPEG image; the format is detected by content, not by file name.
 *
 * @param bytes - The whole file.
 * @param source - Its name, for errors.
 * @returns The upright image; see `decodePng` and `decodeJpeg` for the treatment of
 *   transparency, depth and orientation.
 * @throws {@link ParseError} on a damaged file, another kind of file, or one above the pixel limit.
 */
export function decodeImage(
  bytes: Uint8Array,
  source: string,
  options: DecodeOptions = {},
): RgbImage {
  checkOptions('decodeImage', options, DECODE_OPTIONS);
  const kind = kindOf(bytes);
  if (kind === 'PNG') return decodePng(bytes, source, options);
  if (kind === 'JPEG') return decodeJpeg(bytes, source, options);
  if (bytes.length === 0) throw new ParseError(source, 0, 'the file is empty');
  const got = kind === null ? 'an unknown format' : `a ${kind} file`;
  throw new ParseError(source, 0, `unsupported image (got ${got}, expected PNG or JPEG)`);
}

function kindOf(bytes: Uint8Array): string | null {
  const start = String.fromCharCode(...bytes.subarray(0, 16));
  const match = SIGNATURES.find(([, offset, text]) => start.startsWith(text, offset));
  return match?.[0] ?? null;
}
