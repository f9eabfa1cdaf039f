/**
 * Zip archives, read at random: the directory at the end says where each file lies.
 *
 * @see PKWARE's APPNOTE.TXT 6.3, of which is read what NumPy, PyTorch and MATLAB's neighbours write:
 *   stored and deflated files, zip64. No encryption, no parts, no bytes that belong to no file.
 */
import { crc32, inflateRawSync } from 'node:zlib';
import { ByteReader } from '../core/byte-reader.js';
import { ParseError } from '../core/errors.js';
import { memorySource, stretchOf, type ByteSource } from './byte-source.js';
import { watchedSource } from './watched-source.js';
import { readZipDirectory, type DirectoryEntry } from './zip-directory.js';

/** A file in an archive. */
export interface ZipEntry {
  /** Its name: a key to look it up by, never a path that anything is written to. */
  readonly name: string;
  /** Bytes of its content. */
  readonly size: number;
  /** Bytes it takes in the archive. */
  readonly packedSize: number;
  /** True if it must be inflated. */
  readonly deflated: boolean;
  /** Checksum of its content. */
  readonly crc: number;
  /** Where it starts in the archive. */
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

/** Inflated bytes there may be beyond twice the archive: trained weights hardly shrink at all. */
const SPARE_INFLATED_BYTES = 16 * 2 ** 20;
/** The least that zlib takes. */
const LEAST_CHUNK_BYTES = 64;

/**
 * Opens an archive: reads its directory and the header of every file.
 *
 * @throws {@link ParseError} if anything is damaged, overlaps, lies outside or belongs to no file, or
 *   if its files would inflate beyond twice the archive and 16 MiB.
 */
export function openZip(source: ByteSource): ZipArchive {
  const { entries: listed, start: directoryStart } = readZipDirectory(source);
  const entries = new Map<string, ZipEntry>();
  let end = 0;
  for (const entry of listed.toSorted((a, b) => a.header - b.header)) {
    if (entry.header < end) fail(source, entry, 'overlaps the one before it');
    if (entry.header > end + (end === 0 ? 0 : MOST_DESCRIPTOR_BYTES)) {
      fail(source, entry, 'leaves bytes before it that belong to no file');
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

/** Finds where a file's bytes start, and checks that its own header agrees with the directory. */
function locate(source: ByteSource, entry: DirectoryEntry, directoryStart: number): ZipEntry {
  const { name, header, packedSize, size, method } = entry;
  if (!(header + LOCAL_BYTES <= directoryStart)) fail(source, entry, 'lies past the files');
  const reader = new ByteReader(source.view(header, header + LOCAL_BYTES), source.name);
  if (reader.u32le() !== LOCAL_MAGIC) fail(source, entry, 'has no header');
  reader.bytes(4);
  if (reader.u16le() !== method) fail(source, entry, 'is packed otherwise than the directory says');
  reader.bytes(16);
  const nameBytes = reader.u16le();
  const nameEnd = header + LOCAL_BYTES + nameBytes;
  const start = nameEnd + reader.u16le();
  if (!(start + packedSize <= directoryStart)) fail(source, entry, 'lies past the files');
  const ownName = source.view(header + LOCAL_BYTES, nameEnd);
  if (Buffer.compare(ownName, entry.nameBytes) !== 0)
    fail(source, entry, 'has another name itself');
  if (method !== DEFLATED && size !== packedSize) fail(source, entry, 'is stored in another size');
  return { name, size, packedSize, deflated: method === DEFLATED, crc: entry.crc, start };
}

function refuseBombs(source: ByteSource, entries: ReadonlyMap<string, ZipEntry>): void {
  const limit = 2 * source.length + SPARE_INFLATED_BYTES;
  const inflated = Array.from(entries.values()).filter(({ deflated }) => deflated);
  const total = inflated.reduce((sum, { size }) => sum + size, 0);
  if (!(total <= limit)) {
    const reason = `would inflate to ${String(total)} bytes; at most ${String(limit)} are read`;
    throw new ParseError(source.name, 0, reason);
  }
}

/**
 * What is made of the content of a file, its checksum checked. What is stored as it is needs no memory besides
 * that of what is read from it.
 *
 * @param name - Of the content, for errors.
 * @throws {@link ParseError} if it does not inflate to its size or has another checksum.
 */
export function readZipEntryBy<T>(
  { source }: ZipArchive,
  entry: ZipEntry,
  { name, read }: { readonly name: string; readonly read: (content: ByteSource) => T },
): T {
  const content = entry.deflated
    ? memorySource(inflate(source, entry), name)
    : stretchOf(source, name, { start: entry.start, length: entry.size });
  let crc = 0;
  const watched = watchedSource(content, (block) => {
    crc = crc32(block, crc);
  });
  const result = read(watched);
  watched.finish();
  if (crc !== entry.crc) fail(source, entry, 'is damaged: wrong checksum');
  return result;
}

/**
 * The content of a file, its checksum checked, in fresh memory.
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
    // One byte more than there should be: what fits into one piece is not copied together.
    const chunkSize = Math.max(LEAST_CHUNK_BYTES, entry.size + 1);
    const options = { maxOutputLength: Math.max(1, entry.size), chunkSize, info: true };
    // With `info` the engine tells how much it has read, which its types leave out.
    const { buffer, engine } = inflateRawSync(packed, options) as unknown as {
      buffer: Buffer;
      engine: { bytesWritten: number };
    };
    if (engine.bytesWritten !== packed.length) throw new RangeError('bytes after its end');
    if (buffer.length !== entry.size) throw new RangeError('another size than stated');
    return buffer;
  } catch (cause) {
    return fail(source, entry, `does not inflate: ${(cause as Error).message}`);
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
