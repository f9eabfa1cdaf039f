/** Label maps as PNG files: one class index per pixel, and a palette for display. */
import { crc32, deflateSync } from 'node:zlib';
import { ParseError, ShapeError } from '../core/errors.js';
import { DEFAULT_LIMIT_PIXELS, type DecodeOptions, type LabelMap } from './image.js';
import { PNG_SIGNATURE, readPngFile, type PngHeader } from './png-file.js';
import { unfilteredRows } from './png-rows.js';

/**
 * Reads a label map from an indexed or greyscale PNG of 1, 2, 4 or 8 bits: the stored sample values,
 * independent of the palette.
 *
 * @param bytes - The whole file.
 * @param source - Its name, for errors.
 * @throws {@link ParseError} on a damaged, interlaced, 16-bit or full-colour PNG, and above the
 *   pixel limit.
 */
export function decodeLabels(
  bytes: Uint8Array,
  source: string,
  options: DecodeOptions = {},
): LabelMap {
  const file = readPngFile(bytes, source, options.limitPixels ?? DEFAULT_LIMIT_PIXELS);
  const { width, height, depth } = file.header;
  const refusal = refuseAsLabels(file.header);
  if (refusal !== null) throw new ParseError(source, 8, `not a label map: ${refusal}`);
  const rows = unfilteredRows(file, source);
  const rowBytes = Math.ceil((width * depth) / 8);
  return { width, height, data: unpackSamples(rows, rowBytes, file.header) };
}

function refuseAsLabels({ colorType, depth, interlaced }: PngHeader): string | null {
  if (colorType !== 0 && colorType !== 3) return 'it stores colours, not indices or grey values';
  if (depth === 16) return 'it has 16 bits per pixel';
  return interlaced ? 'it is interlaced' : null;
}

function unpackSamples(
  rows: Uint8Array,
  rowBytes: number,
  { width, height, depth }: PngHeader,
): Uint8Array {
  const samples = new Uint8Array(width * height);
  const perByte = 8 / depth;
  const mask = (1 << depth) - 1;
  for (let y = 0, to = 0; y < height; y++) {
    const row = y * (rowBytes + 1) + 1;
    for (let x = 0; x < width; x++, to++) {
      const shift = 8 - depth - (x % perByte) * depth;
      samples[to] = (rows[row + Math.floor(x / perByte)] >> shift) & mask;
    }
  }
  return samples;
}

/**
 * Writes a label map as an 8-bit indexed PNG: index = class, as VOC stores its labels.
 *
 * The pixels are the same everywhere; the compressed bytes may differ between versions of zlib.
 *
 * @param palette - Red, green, blue of each class, `[n, 3]` with n ≤ 256.
 * @throws {@link ShapeError} if the data do not fill the size, or a label has no colour.
 */
export function encodeIndexedPng(labels: LabelMap, palette: Uint8Array): Uint8Array<ArrayBuffer> {
  const { width, height, data } = labels;
  if (!(width >= 1 && height >= 1 && data.length === width * height)) {
    throw new ShapeError(
      `indexed PNG: wrong label count (got ${String(data.length)} for ${String(width)}×${String(height)} pixels)`,
    );
  }
  const colours = palette.length / 3;
  const uncoloured = data.find((label) => label >= colours);
  if (uncoloured !== undefined || !Number.isInteger(colours) || colours > 256) {
    throw new ShapeError(
      uncoloured === undefined
        ? `indexed PNG: invalid palette (got ${String(palette.length)} bytes, expected 3 to 768 in threes)`
        : `indexed PNG: missing palette colour ${String(uncoloured)} (got ${String(palette.length)} bytes)`,
    );
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3, 0, 0, 0], 8);
  const rows = new Uint8Array(height * (width + 1)); // filter byte 0 before each row
  for (let y = 0; y < height; y++) {
    rows.set(data.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  }
  return new Uint8Array(
    Buffer.concat([
      Buffer.from(PNG_SIGNATURE, 'latin1'),
      ...chunk('IHDR', header),
      ...chunk('PLTE', palette),
      ...chunk('IDAT', deflateSync(rows)),
      ...chunk('IEND', new Uint8Array(0)),
    ]),
  );
}

function chunk(type: string, data: Uint8Array): Uint8Array[] {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(data.length, 0);
  head.write(type, 4, 'latin1');
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(data, crc32(type)), 0);
  return [head, data, checksum];
}
