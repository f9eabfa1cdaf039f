import { ByteReader } from '../core/byte-reader.js';
import { ParseError } from '../core/errors.js';
import type { ByteSource } from './byte-source.js';

/** Entry of the central directory of a zip archive. */
export interface DirectoryEntry {
  /** Its name. */
  readonly name: string;
  /** The bytes of its name. */
  readonly nameBytes: Uint8Array;
  /** 0 stored, 8 deflated. */
  readonly method: number;
  /** Checksum of its content. */
  readonly crc: number;
  /** Compressed size in bytes. */
  readonly packedSize: number;
  /** Uncompressed size in bytes. */
  readonly size: number;
  /** Offset of its local header. */
  readonly header: number;
}

/** Central directory of an archive. */
export interface ZipDirectory {
  /** The files, in the order of the directory. */
  readonly entries: readonly DirectoryEntry[];
  /** Offset of the directory; the files are before it. */
  readonly start: number;
}

const END_MAGIC = 0x06054b50;
const END_BYTES = 22;
const LOCATOR_MAGIC = 0x07064b50;
const LOCATOR_BYTES = 20;
const END64_MAGIC = 0x06064b50;
const END64_BYTES = 56;
const ENTRY_MAGIC = 0x02014b50;
const ZIP64_FIELD = 1;
const ENCRYPTED = 1;
const UTF8 = 0x800;
const METHODS: ReadonlyMap<number, string> = new Map([
  [0, 'stored'],
  [8, 'deflated'],
]);
/** Value of a 32-bit field whose number is in the zip64 extra field. */
const IN_ZIP64 = 0xffffffff;
/** Size limit of the directory. */
const MOST_DIRECTORY_BYTES = 4 * 2 ** 20;

interface Extent {
  readonly count: number;
  readonly start: number;
  readonly size: number;
  /** Offset of its end, which is the start of the end record. */
  readonly end: number;
}

/**
 * Reads the central directory of an archive.
 *
 * @throws {@link ParseError} if it is missing, bytes follow it, a name is duplicate, or a file is
 *   encrypted or neither stored nor deflated.
 */
export function readZipDirectory(source: ByteSource): ZipDirectory {
  const { count, start, size, end } = findDirectory(source);
  if (!(start + size === end && size <= MOST_DIRECTORY_BYTES)) {
    throw new ParseError(source.name, start, 'wrong position of the zip directory');
  }
  const reader = new ByteReader(source.view(start, end), source.name);
  const entries: DirectoryEntry[] = [];
  const names = new Set<string>();
  while (reader.remaining > 0) {
    const entry = readEntry(reader);
    if (names.has(entry.name)) reader.fail(`duplicate file "${entry.name}" in the archive`);
    names.add(entry.name);
    entries.push(entry);
  }
  if (entries.length !== count)
    reader.fail(`wrong file count (got ${String(entries.length)}, expected ${String(count)})`);
  return { entries, start };
}

/** Reads the end record, which must be at the end of the file: archive comments are unsupported. */
function findDirectory(source: ByteSource): Extent {
  const at = source.length - END_BYTES;
  const reader = new ByteReader(source.view(Math.max(0, at), source.length), source.name);
  if (at < 0 || reader.u32le() !== END_MAGIC) {
    reader.fail('not a zip archive: no end record, or bytes after it');
  }
  const disks = reader.u32le();
  const [countHere, count] = [reader.u16le(), reader.u16le()];
  const [size, start] = [reader.u32le(), reader.u32le()];
  if (reader.u16le() !== 0) reader.fail('archive comments are unsupported');
  const beyond = [count, size, start].some((field, i) => field === (i === 0 ? 0xffff : IN_ZIP64));
  if (beyond || hasLocator(source, at)) return findDirectory64(source, at);
  if (disks !== 0 || countHere !== count) reader.fail('split archives are unsupported');
  return { count, size, start, end: at };
}

function hasLocator(source: ByteSource, end: number): boolean {
  if (end < LOCATOR_BYTES) return false;
  const bytes = source.view(end - LOCATOR_BYTES, end - LOCATOR_BYTES + 4);
  return new ByteReader(bytes, source.name).u32le() === LOCATOR_MAGIC;
}

function findDirectory64(source: ByteSource, end: number): Extent {
  const locatorAt = end - LOCATOR_BYTES;
  const locator = new ByteReader(source.view(Math.max(0, locatorAt), end), source.name);
  if (locatorAt < 0 || locator.u32le() !== LOCATOR_MAGIC) locator.fail('no zip64 locator');
  locator.u32le();
  const at = locator.u64le();
  if (at + END64_BYTES !== locatorAt)
    locator.fail('the zip64 record is not where it is said to be');
  const reader = new ByteReader(source.view(at, locatorAt), source.name);
  if (reader.u32le() !== END64_MAGIC) reader.fail('missing zip64 end record');
  reader.bytes(12);
  const disks = reader.u32le() + reader.u32le();
  const [countHere, count] = [reader.u64le(), reader.u64le()];
  const [size, start] = [reader.u64le(), reader.u64le()];
  if (disks !== 0 || countHere !== count) reader.fail('split archives are unsupported');
  return { count, size, start, end: at };
}

function readEntry(reader: ByteReader): DirectoryEntry {
  if (reader.u32le() !== ENTRY_MAGIC) reader.fail('the zip directory is damaged');
  reader.bytes(4);
  const flags = reader.u16le();
  const method = reader.u16le();
  reader.bytes(4);
  const crc = reader.u32le();
  const sizes = { packedSize: reader.u32le(), size: reader.u32le() };
  const lengths = { name: reader.u16le(), extra: reader.u16le(), comment: reader.u16le() };
  reader.bytes(8);
  const header32 = reader.u32le();
  const nameBytes = reader.bytes(lengths.name);
  const name = Buffer.from(nameBytes).toString((flags & UTF8) === 0 ? 'latin1' : 'utf8');
  const extra = new ByteReader(reader.bytes(lengths.extra), reader.source);
  reader.bytes(lengths.comment);
  if ((flags & ENCRYPTED) !== 0) reader.fail(`"${name}" is encrypted, which is unsupported`);
  if (!METHODS.has(method))
    reader.fail(
      `"${name}": unsupported compression (got method ${String(method)}, expected 0 or 8)`,
    );
  const wide = zip64Field(extra);
  const widen = (field: number): number => (field === IN_ZIP64 ? (wide?.u64le() ?? field) : field);
  // The zip64 field holds those numbers that did not fit, in this order.
  const size = widen(sizes.size);
  const packedSize = widen(sizes.packedSize);
  return { name, nameBytes, method, crc, size, packedSize, header: widen(header32) };
}

function zip64Field(extra: ByteReader): ByteReader | null {
  while (extra.remaining >= 4) {
    const id = extra.u16le();
    const field = extra.bytes(extra.u16le());
    if (id === ZIP64_FIELD) return new ByteReader(field, extra.source);
  }
  return null;
}
