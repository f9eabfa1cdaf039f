/**
 * Rows of a PNG, from its compressed pixels.
 *
 * @see Portable Network Graphics (PNG) Specification, third edition, W3C: §8 (interlacing), §9
 *   (filters), §10 (compression).
 */
import { inflateSync } from 'node:zlib';
import { ParseError } from '../core/errors.js';
import { SAMPLES_PER_PIXEL, type PngFile, type PngHeader } from './png-file.js';

/** Start and step of the seven passes of Adam7: x, y, step in x, step in y. */
const ADAM7: readonly (readonly [number, number, number, number])[] = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
];

/** Deflate never packs more than 258 bytes into 2 bits. */
const MOST_EXPANSION = 1032;

/**
 * Returns the filtered rows, each after its filter byte.
 *
 * @throws {@link ParseError} unless the stream is valid and has exactly the rows of the header. A
 *   decompression bomb or a truncated file does not allocate memory.
 */
export function inflateRows(
  { header, compressed, compressedOffset }: PngFile,
  source: string,
): Uint8Array {
  const fail = (reason: string): never => {
    throw new ParseError(source, compressedOffset, reason);
  };
  const expected = filteredBytes(header);
  if (expected > compressed.length * MOST_EXPANSION) {
    fail(
      `truncated: ${String(compressed.length)} compressed bytes cannot hold ` +
        `${String(header.width)}×${String(header.height)} pixels`,
    );
  }
  let rows: Uint8Array;
  try {
    rows = inflateSync(compressed, { maxOutputLength: expected });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'ERR_BUFFER_TOO_LARGE') fail('too many pixels for the size in the header');
    if (code === 'Z_BUF_ERROR') fail('truncated: the compressed pixels end early');
    return fail('damaged: the compressed pixels cannot be inflated');
  }
  if (rows.length !== expected) fail('too few pixels for the size in the header');
  return rows;
}

function filteredBytes({ width, height, depth, colorType, interlaced }: PngHeader): number {
  const bitsPerPixel = depth * (SAMPLES_PER_PIXEL.get(colorType) ?? 1);
  const bytesOf = (columns: number, rows: number): number =>
    columns === 0 ? 0 : rows * (1 + Math.ceil((columns * bitsPerPixel) / 8));
  if (!interlaced) return bytesOf(width, height);
  return ADAM7.reduce((sum, [x, y, stepX, stepY]) => {
    const columns = Math.ceil(Math.max(width - x, 0) / stepX);
    return sum + bytesOf(columns, Math.ceil(Math.max(height - y, 0) / stepY));
  }, 0);
}

/**
 * Returns the unfiltered rows of a file without interlacing, each after a filter byte, which has no meaning.
 *
 * @throws {@link ParseError} as {@link inflateRows}, and if a row has an unknown filter.
 */
export function unfilteredRows(file: PngFile, source: string): Uint8Array {
  const { width, depth, colorType } = file.header;
  const bitsPerPixel = depth * (SAMPLES_PER_PIXEL.get(colorType) ?? 1);
  const rowBytes = Math.ceil((width * bitsPerPixel) / 8);
  const rows = inflateRows(file, source);
  const badRow = unfilterRows(rows, rowBytes, Math.ceil(bitsPerPixel / 8));
  if (badRow < 0) return rows;
  throw new ParseError(source, file.compressedOffset, `unknown filter in row ${String(badRow)}`);
}

/**
 * Undoes the row filters, in place.
 *
 * @param rows - Rows of one filter byte and `rowBytes` bytes.
 * @param step - Bytes between a pixel and its left neighbour; 1 if several pixels share a byte.
 * @returns The index of a row with an unknown filter, or −1.
 */
function unfilterRows(rows: Uint8Array, rowBytes: number, step: number): number {
  const pitch = rowBytes + 1;
  for (let start = 0; start < rows.length; start += pitch) {
    const filter = rows[start];
    if (filter > 4) return start / pitch;
    if (filter === 0) continue;
    const first = start + 1 + step;
    for (let i = start + 1; i < start + pitch; i++) {
      const left = i < first ? 0 : rows[i - step];
      const above = start === 0 ? 0 : rows[i - pitch];
      const corner = start === 0 || i < first ? 0 : rows[i - pitch - step];
      rows[i] += predict(filter, left, above, corner);
    }
  }
  return -1;
}

function predict(filter: number, left: number, above: number, corner: number): number {
  if (filter === 1) return left;
  if (filter === 2) return above;
  if (filter === 3) return (left + above) >> 1;
  const toLeft = Math.abs(above - corner);
  const toAbove = Math.abs(left - corner);
  const toCorner = Math.abs(left + above - 2 * corner);
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
}
