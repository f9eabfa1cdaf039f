/**
 * The chunks of a PNG file, checked before any pixel is decoded.
 *
 * @see Portable Network Graphics (PNG) Specification, third edition, W3C: §5 (chunks), §11.
 */
import { crc32 } from 'node:zlib';
import { ByteReader } from '../core/byte-reader.js';
import { ParseError } from '../core/errors.js';
import { faultOfSize } from './image.js';

/** Fields of the IHDR chunk. */
export interface PngHeader {
  /** Pixels per row, ≥ 1. */
  readonly width: number;
  /** Rows, ≥ 1. */
  readonly height: number;
  /** Bits per sample: 1, 2, 4, 8 or 16. */
  readonly depth: number;
  /** 0 grey, 2 RGB, 3 indexed, 4 grey and alpha, 6 RGB and alpha. */
  readonly colorType: number;
  /** True if the image is interlaced in the seven passes of Adam7. */
  readonly interlaced: boolean;
}

/** A PNG file whose chunks are checked, except for the compressed pixels. */
export interface PngFile {
  /** The IHDR chunk. */
  readonly header: PngHeader;
  /** The compressed pixels, one zlib stream. */
  readonly compressed: Uint8Array;
  /** Offset of the compressed pixels. */
  readonly compressedOffset: number;
  /** True if a tRNS chunk makes some colours transparent. */
  readonly hasTransparentColours: boolean;
  /** The Exif block of an eXIf chunk, or null. */
  readonly exif: Uint8Array | null;
}

/** Signature of PNG: its first eight bytes. */
export const PNG_SIGNATURE = '\x89PNG\r\n\x1a\n';

/** Samples per pixel by colour type. */
export const SAMPLES_PER_PIXEL: ReadonlyMap<number, number> = new Map([
  [0, 1],
  [2, 3],
  [3, 1],
  [4, 2],
  [6, 4],
]);

const DEPTHS: ReadonlyMap<number, readonly number[]> = new Map([
  [0, [1, 2, 4, 8, 16]],
  [2, [8, 16]],
  [3, [1, 2, 4, 8]],
  [4, [8, 16]],
  [6, [8, 16]],
]);

interface Chunk {
  readonly type: string;
  readonly data: Uint8Array;
  readonly offset: number;
}

/**
 * Reads the chunks of a PNG file; checks signature, order, checksums and size.
 *
 * @throws {@link ParseError} on a file that is damaged, has bytes after its end, or has more than
 *   `limitPixels` pixels in its header; the size is checked before anything else is read.
 */
export function readPngFile(bytes: Uint8Array, source: string, limitPixels: number): PngFile {
  const reader = new ByteReader(bytes, source);
  if (reader.remaining < 8 || reader.latin1(8) !== PNG_SIGNATURE) {
    throw new ParseError(source, 0, 'not a PNG file: wrong signature');
  }
  const header = readHeader(reader, limitPixels);
  const chunks = readChunks(reader);
  const pixels = chunks.filter(({ type }) => type === 'IDAT');
  const palettes = chunks.filter(({ type }) => type === 'PLTE');
  if (reader.remaining > 0)
    reader.fail(`unexpected bytes after the IEND chunk (got ${String(reader.remaining)})`);
  if (pixels.length === 0) reader.fail('missing IDAT chunk');
  if (palettes.length > 1) reader.fail('duplicate PLTE chunk', palettes[1].offset);
  if (palettes.length === 1) checkPalette(reader, palettes[0], header);
  else if (header.colorType === 3) reader.fail('missing PLTE chunk of an indexed image');
  return {
    header,
    compressed: Buffer.concat(pixels.map(({ data }) => data)),
    compressedOffset: pixels[0].offset,
    hasTransparentColours: chunks.some(({ type }) => type === 'tRNS'),
    exif: chunks.find(({ type }) => type === 'eXIf')?.data ?? null,
  };
}

function readChunks(reader: ByteReader): readonly Chunk[] {
  const chunks: Chunk[] = [];
  let before = 'IHDR';
  let hasPixels = false;
  while (before !== 'IEND') {
    const chunk = readChunk(reader);
    checkOrder(reader, chunk, before, hasPixels);
    chunks.push(chunk);
    before = chunk.type;
    hasPixels ||= before === 'IDAT';
  }
  return chunks;
}

function readHeader(reader: ByteReader, limitPixels: number): PngHeader {
  const { type, data, offset } = readChunk(reader);
  if (type !== 'IHDR' || data.length !== 13) reader.fail('missing IHDR chunk at the start', offset);
  const fields = new ByteReader(data, reader.source);
  const width = fields.u32be();
  const height = fields.u32be();
  const depth = fields.u8();
  const colorType = fields.u8();
  const fault = faultOfSize(width, height, limitPixels);
  if (fault !== null) reader.fail(fault, offset);
  if (DEPTHS.get(colorType)?.includes(depth) !== true) {
    reader.fail(`invalid colour type ${String(colorType)} with ${String(depth)} bits`, offset);
  }
  const [compression, filter, interlace] = fields.bytes(3);
  if (compression !== 0 || filter !== 0 || interlace > 1) {
    reader.fail('unknown compression, filter or interlace method', offset);
  }
  return { width, height, depth, colorType, interlaced: interlace === 1 };
}

function readChunk(reader: ByteReader): Chunk {
  const offset = reader.offset;
  const length = reader.u32be();
  const type = reader.latin1(4);
  if (!/^[A-Za-z]{4}$/.test(type)) reader.fail('invalid chunk name', offset);
  if (!(length + 4 <= reader.remaining)) {
    reader.fail(`truncated: the ${type} chunk of ${String(length)} bytes exceeds the file`, offset);
  }
  const data = reader.bytes(length);
  const stored = reader.u32be();
  if (crc32(data, crc32(type)) !== stored) reader.fail(`wrong CRC of the ${type} chunk`, offset);
  return { type, data, offset };
}

function checkOrder(reader: ByteReader, chunk: Chunk, before: string, hasPixels: boolean): void {
  const { type, data, offset } = chunk;
  const isCritical = type[0] < 'a';
  if (isCritical && !['PLTE', 'IDAT', 'IEND'].includes(type)) {
    reader.fail(`unexpected ${type} chunk`, offset);
  }
  if (type === 'IDAT' && hasPixels && before !== 'IDAT')
    reader.fail('IDAT chunks are not consecutive', offset);
  if (type === 'PLTE' && hasPixels) reader.fail('PLTE after IDAT', offset);
  if (type === 'IEND' && data.length > 0)
    reader.fail('invalid IEND chunk (expected no data)', offset);
}

function checkPalette(reader: ByteReader, { data, offset }: Chunk, header: PngHeader): void {
  const most = header.colorType === 3 ? 2 ** header.depth : 256;
  const entries = data.length / 3;
  if (!Number.isInteger(entries) || entries < 1 || entries > most) {
    reader.fail(
      `invalid PLTE chunk (got ${String(data.length)} bytes, expected at most ${String(most)} colours)`,
      offset,
    );
  }
}
