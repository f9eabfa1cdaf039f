import { crc32, deflateRawSync } from 'node:zlib';

/** A file of an archive to write. */
export interface ZipFile<B extends ArrayBufferLike = ArrayBufferLike> {
  /** Its name, with `/` between folders. */
  readonly name: string;
  /** Its content, in pieces. */
  readonly content: readonly Uint8Array<B>[];
}

/** Options of {@link writeZip}. */
export interface ZipWriteOptions {
  /** True to deflate. Default: files are stored, since weights hardly compress. */
  readonly deflate?: boolean;
  /** Alignment of the start of every content, in bytes. Default: 1. */
  readonly alignment?: number;
}

const LIMIT32 = 0xffffffff;
const LIMIT16 = 0xffff;
/** 1 January 1980, the first date of the format, so that files do not depend on the time of writing. */
const DATE_1980 = 0x21;
const VERSION = 45;
const UTF8 = 0x800;
/** Extra field for padding, with the identifier of PyTorch's writer. */
const PADDING_FIELD = 0x4246;

interface Packed {
  readonly name: Buffer;
  readonly method: number;
  readonly crc: number;
  readonly size: number;
  readonly packedSize: number;
  readonly header: number;
}

/**
 * Writes an archive: the same bytes for the same files, at any time.
 *
 * @returns The archive in pieces, the files' contents among them without a copy.
 */
export function writeZip<B extends ArrayBufferLike>(
  files: Iterable<ZipFile<B>>,
  options: ZipWriteOptions = {},
): Uint8Array<B | ArrayBuffer>[] {
  const { deflate = false, alignment = 1 } = options;
  const pieces: Uint8Array<B | ArrayBuffer>[] = [];
  const directory: Uint8Array<ArrayBuffer>[] = [];
  let at = 0;
  let count = 0;
  for (const { name, content } of files) {
    const packed = deflate ? [deflateRawSync(Buffer.concat(content))] : content;
    const entry: Packed = {
      name: Buffer.from(name),
      method: deflate ? 8 : 0,
      crc: content.reduce((crc, piece) => crc32(piece, crc), 0),
      size: lengthOf(content),
      packedSize: lengthOf(packed),
      header: at,
    };
    const header = localHeader(entry, alignment);
    pieces.push(header, ...packed);
    directory.push(directoryEntry(entry));
    at += header.length + entry.packedSize;
    count++;
  }
  return [...pieces, ...directory, endRecords(count, lengthOf(directory), at)];
}

function lengthOf(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, { length }) => sum + length, 0);
}

/** Common fields of the local header and the directory entry, after the signature. */
function commonFields(
  { name, method, crc, size, packedSize }: Packed,
  extra: number,
): Buffer<ArrayBuffer> {
  const isWide = size >= LIMIT32 || packedSize >= LIMIT32;
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(VERSION, 0);
  fields.writeUInt16LE(UTF8, 2);
  fields.writeUInt16LE(method, 4);
  fields.writeUInt16LE(DATE_1980, 8);
  fields.writeUInt32LE(crc, 10);
  fields.writeUInt32LE(isWide ? LIMIT32 : packedSize, 14);
  fields.writeUInt32LE(isWide ? LIMIT32 : size, 18);
  fields.writeUInt16LE(name.length, 22);
  fields.writeUInt16LE(extra, 24);
  return fields;
}

function localHeader(entry: Packed, alignment: number): Buffer<ArrayBuffer> {
  const { name, size, packedSize, header } = entry;
  const wide = zip64Field(size >= LIMIT32 || packedSize >= LIMIT32 ? [size, packedSize] : []);
  const start = header + 30 + name.length + wide.length + 4;
  const padding = alignment === 1 ? Buffer.alloc(0) : Buffer.alloc(4 + (-start & (alignment - 1)));
  if (padding.length > 0) {
    padding.writeUInt16LE(PADDING_FIELD, 0);
    padding.writeUInt16LE(padding.length - 4, 2);
  }
  const fields = commonFields(entry, wide.length + padding.length);
  return Buffer.concat([Buffer.from('PK\x03\x04'), fields, name, wide, padding]);
}

function directoryEntry(entry: Packed): Buffer<ArrayBuffer> {
  const { size, packedSize, header } = entry;
  const sizes = size >= LIMIT32 || packedSize >= LIMIT32 ? [size, packedSize] : [];
  const wide = zip64Field(header >= LIMIT32 ? [...sizes, header] : sizes);
  const place = Buffer.alloc(14);
  place.writeUInt32LE(Math.min(header, LIMIT32), 10);
  const signature = Buffer.from([0x50, 0x4b, 1, 2, VERSION, 0]);
  return Buffer.concat([signature, commonFields(entry, wide.length), place, entry.name, wide]);
}

function zip64Field(numbers: readonly number[]): Buffer<ArrayBuffer> {
  if (numbers.length === 0) return Buffer.alloc(0);
  const field = Buffer.alloc(4 + 8 * numbers.length);
  field.writeUInt16LE(1, 0);
  field.writeUInt16LE(8 * numbers.length, 2);
  numbers.forEach((number, i) => field.writeBigUInt64LE(BigInt(number), 4 + 8 * i));
  return field;
}

function endRecords(count: number, size: number, start: number): Buffer<ArrayBuffer> {
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(Math.min(count, LIMIT16), 8);
  end.writeUInt16LE(Math.min(count, LIMIT16), 10);
  end.writeUInt32LE(Math.min(size, LIMIT32), 12);
  end.writeUInt32LE(Math.min(start, LIMIT32), 16);
  const fits = count < LIMIT16 && size < LIMIT32 && start < LIMIT32;
  return fits ? end : Buffer.concat([endRecords64(count, size, start), end]);
}

/** The zip64 end record of large archives, and its locator. */
function endRecords64(count: number, size: number, start: number): Buffer<ArrayBuffer> {
  const record = Buffer.alloc(76);
  record.write('PK\x06\x06', 'latin1');
  record.writeUInt32LE(44, 4);
  record.writeUInt16LE(VERSION, 12);
  record.writeUInt16LE(VERSION, 14);
  [count, count, size, start].forEach((number, i) =>
    record.writeBigUInt64LE(BigInt(number), 24 + 8 * i),
  );
  record.write('PK\x06\x07', 56, 'latin1');
  record.writeBigUInt64LE(BigInt(start + size), 64);
  record.writeUInt32LE(1, 72);
  return record;
}
