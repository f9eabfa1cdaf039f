/**
 * Zip archives with random access, by the central directory at the end.
 *
 * @see PKWARE's APPNOTE.TXT 6.3, of which the features that NumPy and PyTorch use are supported:
 *   stored and deflated files, zip64. Encryption, split archives and bytes outside of files are refused.
 */
import { crc32, inflateRawSync } from 'node:zlib';
import { ByteReader } from '../core/byte-reader.js';
import { ParseError } from '../core/errors.js';
import { memorySource, sourceRange, type ByteSource } from './byte-source.js';
import { observedSource } from './observed-source.js';
import { readZipDirectory, type DirectoryEntry } from './zip-directory.js';

/** A file in an archive. */
export interface ZipEntry {
  /** Its name: a key to look it up by, never a path that anything is written to. */
  readonly name: string;
  /** Uncompressed size in bytes. */
  readonly size: number;
  /** Compressed size in bytes. */
  readonly packedSize: number;
  /** True if it must be inflated. */
  readonly deflated: boolean;
  /** Checksum of its content. */
  readonly crc: number;
  /** Offset of its data in the archive. */
  readonly start: number;
}

/** An archive, its directory checked against the files. */
export interface ZipArchive {
  /** The archive's bytes. */
  readonly source: ByteSource;
  /** Its files by name, in the order of the directory. */
  readonly entries: ReadonlyMap<string, ZipEntry>;
}

const LOCAL_MAGIC = 0x04034b50;
const LOCAL_BYTES = 30;
/** A data descriptor after a file: signature, checksum and two sizes of at most eight bytes. */
const MOST_DESCRIPTOR_BYTES = 24;
const DEFLATED = 8;

/** Limit of inflated bytes beyond twice the archive size: trained weights hardly compress. */
const SPARE_INFLATED_BYTES = 16 * 2 ** 20;
/** Smallest buffer size that zlib accepts. */
const LEAST_CHUNK_BYTES = 64;

/**
 * Opens an archive: reads its central directory and all local headers.
 *
 * @throws {@link ParseError} on damage, on overlapping files, on bytes that belong to no file, or
 *   if the files would inflate beyond twice the archive and 16 MiB.
 */
export function openZip(source: ByteSource): ZipArchive {
  const { entries: listed, start: directoryStart } = readZipDirectory(source);
  const entries = new Map<string, ZipEntry>();
  let end = 0;
  for (const entry of listed.toSorted((a, b) => a.header - b.header)) {
    if (entry.header < end) fail(source, entry, 'overlaps the previous file');
    if (entry.header > end + (end === 0 ? 0 : MOST_DESCRIPTOR_BYTES)) {
      fail(source, entry, 'has bytes before it that belong to no file');
    }
    const located = locate(source, entry, directoryStart);
    end = located.start + located.packedSize;
    entries.set(entry.name, located);
  }
  if (directoryStart > end + MOST_DESCRIPTOR_BYTES) {
    throw new ParseError(source.name, end, 'bytes before the zip directory belong to no file');
  }
  refuseBombs(source, entries);
  return { source, entries };
}

/** Locates the data of a file, and checks its local header against the directory. */
function locate(source: ByteSource, entry: DirectoryEntry, directoryStart: number): ZipEntry {
  const { name, header, packedSize, size, method } = entry;
  if (!(header + LOCAL_BYTES <= directoryStart)) fail(source, entry, 'exceeds the files section');
  const reader = new ByteReader(source.view(header, header + LOCAL_BYTES), source.name);
  if (reader.u32le() !== LOCAL_MAGIC) fail(source, entry, 'has no local header');
  reader.bytes(4);
  if (reader.u16le() !== method)
    fail(source, entry, 'has different methods in its local header and in the directory');
  reader.bytes(16);
  const nameBytes = reader.u16le();
  const nameEnd = header + LOCAL_BYTES + nameBytes;
  const start = nameEnd + reader.u16le();
  if (!(start + packedSize <= directoryStart)) fail(source, entry, 'exceeds the files section');
  const ownName = source.view(header + LOCAL_BYTES, nameEnd);
  if (Buffer.compare(ownName, entry.nameBytes) !== 0)
    fail(source, entry, 'has different names in its local header and in the directory');
  if (method !== DEFLATED && size !== packedSize)
    fail(source, entry, 'has different sizes, although it is stored uncompressed');
  return { name, size, packedSize, deflated: method === DEFLATED, crc: entry.crc, start };
}

function refuseBombs(source: ByteSource, entries: ReadonlyMap<string, ZipEntry>): void {
  const limit = 2 * source.length + SPARE_INFLATED_BYTES;
  const inflated = Array.from(entries.values()).filter(({ deflated }) => deflated);
  const total = inflated.reduce((sum, { size }) => sum + size, 0);
  if (!(total <= limit)) {
    const reason = `too large when inflated (got ${String(total)} bytes, expected at most ${String(limit)})`;
    throw new ParseError(source.name, 0, reason);
  }
}

/**
 * Returns the result of reading the content of a file, after checking the CRC-32. A stored file needs no memory
 * for its content.
 *
 * @param name - Name of the content, for errors.
 * @throws {@link ParseError} if the size or the CRC-32 is wrong.
 */
export function readZipEntryBy<T>(
  { source }: ZipArchive,
  entry: ZipEntry,
  { name, read }: { readonly name: string; readonly read: (content: ByteSource) => T },
): T {
  const content = entry.deflated
    ? memorySource(inflate(source, entry), name)
    : sourceRange(source, name, { start: entry.start, length: entry.size });
  let crc = 0;
  const observed = observedSource(content, (block) => {
    crc = crc32(block, crc);
  });
  const result = read(observed);
  observed.finish();
  if (crc !== entry.crc) fail(source, entry, 'is damaged: wrong checksum');
  return result;
}

/**
 * Returns the content of a file in new memory, after checking the CRC-32.
 *
 * @throws As {@link readZipEntryBy}.
 */
export function readZipEntry(archive: ZipArchive, entry: ZipEntry): Uint8Array<ArrayBuffer> {
  const read = (content: ByteSource): Uint8Array<ArrayBuffer> => {
    const bytes = new Uint8Array(content.length);
    content.copy(0, bytes);
    return bytes;
  };
  return readZipEntryBy(archive, entry, { name: archive.source.name, read });
}

function inflate(source: ByteSource, entry: ZipEntry): Uint8Array {
  const packed = source.view(entry.start, entry.start + entry.packedSize);
  try {
    // One byte more than expected: output in one piece avoids a copy.
    const chunkSize = Math.max(LEAST_CHUNK_BYTES, entry.size + 1);
    const options = { maxOutputLength: Math.max(1, entry.size), chunkSize, info: true };
    // With `info`, zlib also returns the engine with the number of bytes read, which the types omit.
    const { buffer, engine } = inflateRawSync(packed, options) as unknown as {
      buffer: Buffer;
      engine: { bytesWritten: number };
    };
    if (engine.bytesWritten !== packed.length)
      throw new RangeError('unexpected bytes after the end');
    if (buffer.length !== entry.size)
      throw new RangeError(
        `wrong size (got ${String(buffer.length)}, expected ${String(entry.size)})`,
      );
    return buffer;
  } catch (cause) {
    return fail(source, entry, `is damaged: ${(cause as Error).message}`);
  }
}

function fail(
  source: ByteSource,
  entry: { readonly name: string; readonly start?: number; readonly header?: number },
  reason: string,
): never {
  const offset = entry.start ?? entry.header ?? 0;
  throw new ParseError(source.name, offset, `"${entry.name}" in the archive ${reason}`);
}
