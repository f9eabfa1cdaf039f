import type { ByteReader } from '../../core/byte-reader.js';
import { numel, type Shape } from '../../core/shape.js';
import { isDefined, type Hdf5Blocks } from './blocks.js';
import type { ChunkIndex } from './layout.js';
import { openList } from './list.js';
import { readRecords } from './records.js';
import { readTree } from './tree.js';

/** Data set of a chunk index. */
export interface IndexedChunks {
  readonly index: ChunkIndex;
  /** Extents of the data. */
  readonly shape: Shape;
  /** Maximum extents, which determine the chunk numbers. */
  readonly most: readonly number[];
  /** Extents of a chunk. */
  readonly extents: readonly number[];
  /** Bytes of a chunk without filters. */
  readonly chunkBytes: number;
  /** True if chunks have filters, and thus lengths of their own. */
  readonly filtered: boolean;
}

/** Location of a chunk. */
export interface Chunk {
  readonly address: number;
  readonly storedBytes: number;
  /** Index of its first element on each axis. */
  readonly start: readonly number[];
}

/**
 * Locates the chunks that contain elements of a data set. Call {@link Hdf5Blocks.claimChunks} first.
 *
 * @throws {@link ParseError} on damage.
 * @see HDF5 File Format Specification 3.0, VII.
 */
export function readChunkIndex(file: Hdf5Blocks, chunks: IndexedChunks): readonly Chunk[] {
  const { index, chunkBytes } = chunks;
  const { address } = index;
  const found = (): readonly Chunk[] => {
    switch (index.kind) {
      case 'tree':
        return readTreeOfChunks(file, chunks);
      case 'records':
        return readRecordsOfChunks(file, chunks);
      case 'list':
        return readListOfChunks(file, chunks);
      case 'single':
        return numbered(chunks, (i) =>
          i === 0 ? { address, storedBytes: index.singleBytes ?? chunkBytes } : null,
        );
      case 'row':
        return numbered(chunks, (i) => ({
          address: address + i * chunkBytes,
          storedBytes: chunkBytes,
        }));
    }
  };
  const all = isDefined(address) ? found() : [];
  for (const { address: place, storedBytes } of all) file.check(place, storedBytes);
  return all;
}

function readTreeOfChunks(file: Hdf5Blocks, chunks: IndexedChunks): readonly Chunk[] {
  const { index, shape, extents } = chunks;
  const mostLeaves = numel(gridOf(shape, extents));
  const kind = { type: 1, keyBytes: 8 + 8 * (shape.length + 1), mostLeaves } as const;
  return readTree(file, index.address, kind).map(({ key, child }) => {
    const storedBytes = key.u32le();
    checkFilters(key);
    const start = shape.map((extent, axis) => {
      const first = key.u64le();
      const fits = first < extent && first % extents[axis] === 0;
      return fits
        ? first
        : key.fail(`invalid chunk start (got ${String(first)} on axis ${String(axis)})`);
    });
    return { address: child, storedBytes, start };
  });
}

/** Record types of chunks without and with filters. */
const [PLAIN_CHUNK, FILTERED_CHUNK] = [10, 11];

function readRecordsOfChunks(file: Hdf5Blocks, chunks: IndexedChunks): readonly Chunk[] {
  const { index, shape, extents, filtered } = chunks;
  const bytes = entryBytes(chunks) + 8 * shape.length;
  const most = numel(gridOf(shape, extents));
  const kind = { type: filtered ? FILTERED_CHUNK : PLAIN_CHUNK, bytes, most };
  return readRecords(file, index.address, kind).map((record) => {
    const place = readEntry(record, chunks);
    const start = shape.map((extent, axis) => {
      const first = record.u64le() * extents[axis];
      return first < extent
        ? first
        : record.fail(`invalid chunk start (got ${String(first)} on axis ${String(axis)})`);
    });
    return { ...place, start };
  });
}

/** Reads a list of all chunks of the maximum extents. */
function readListOfChunks(file: Hdf5Blocks, chunks: IndexedChunks): readonly Chunk[] {
  const count = numel(gridOf(chunks.most, chunks.extents));
  const entryAt = openList(file, chunks.index.address, { entryBytes: entryBytes(chunks), count });
  return numbered(chunks, (i) => {
    const entry = entryAt(i);
    return entry === null ? null : readEntry(entry, chunks);
  });
}

interface Place {
  readonly address: number;
  readonly storedBytes: number;
}

/** Bytes of an index entry: the chunk's address and, with filters, its length and filter mask. */
function entryBytes(chunks: IndexedChunks): number {
  return 8 + (chunks.filtered ? lengthBytes(chunks) + 4 : 0);
}

/** Bytes of a chunk's length field: one more than the unfiltered length needs, since filters may lengthen it. */
function lengthBytes({ index, chunkBytes }: IndexedChunks): number {
  if (index.wideLengths) return 8;
  return Math.min(8, 1 + Math.floor((Math.log2(chunkBytes) + 8) / 8));
}

function readEntry(entry: ByteReader, chunks: IndexedChunks): Place {
  const address = entry.u64le();
  if (!chunks.filtered) return { address, storedBytes: chunks.chunkBytes };
  const storedBytes = entry.uint(lengthBytes(chunks));
  checkFilters(entry);
  return { address, storedBytes };
}

/** Checks the filter mask, which has a bit for each filter that the chunk skips. */
function checkFilters(entry: ByteReader): void {
  if (entry.u32le() !== 0) entry.fail('chunks that skip filters are unsupported');
}

/** Number of chunks on each axis. */
export function gridOf(shape: readonly number[], extents: readonly number[]): readonly number[] {
  return shape.map((extent, axis) => Math.ceil(extent / extents[axis]));
}

/** Locates chunks by their numbers: row-major, in a grid of the maximum extents. */
function numbered(
  { shape, most, extents }: IndexedChunks,
  placeOf: (i: number) => Place | null,
): Chunk[] {
  const grid = gridOf(most, extents);
  const count = numel(grid);
  const found: Chunk[] = [];
  for (let i = 0; i < count; i++) {
    let rest = i;
    const start = grid.map(() => 0);
    for (let axis = grid.length - 1; axis >= 0; axis--) {
      start[axis] = (rest % grid[axis]) * extents[axis];
      rest = Math.floor(rest / grid[axis]);
    }
    const place = start.every((first, axis) => first < shape[axis]) ? placeOf(i) : null;
    if (place !== null && isDefined(place.address)) found.push({ ...place, start });
  }
  return found;
}
