import { inflateSync } from 'node:zlib';
import { numel, type Shape } from '../../core/shape.js';
import type { Hdf5Blocks } from './blocks.js';
import { gridOf, readChunkIndex, type Chunk } from './chunk-index.js';
import type { Hdf5Filter, Hdf5Layout } from './layout.js';

/** A data set that is stored in chunks. */
export interface ChunkedData {
  /** Address of the data set's header, for errors. */
  readonly address: number;
  readonly shape: Shape;
  /** Maximum extents. */
  readonly most: readonly number[];
  /** Bytes of an element. */
  readonly elementBytes: number;
  readonly layout: Extract<Hdf5Layout, { kind: 'chunked' }>;
  /** Filters in the order in which they were applied. */
  readonly filters: readonly Hdf5Filter[];
}

/**
 * Counts all chunks and their bytes, including bytes beyond the edges of the data.
 *
 * @throws {@link ParseError} if the chunks do not have the axes of the data, or exceed a limit.
 */
export function claimChunks(file: Hdf5Blocks, data: ChunkedData): void {
  const { address, shape, most, elementBytes, layout } = data;
  const { extents, index } = layout;
  if (extents.length !== shape.length) {
    const [got, wanted] = [extents.length, shape.length];
    file.fail(address, `wrong chunk axes (got ${String(got)}, expected ${String(wanted)})`);
  }
  const written = numel(gridOf(shape, extents));
  const hasPlaceForEach = index.kind !== 'tree' && index.kind !== 'records';
  const count = hasPlaceForEach ? numel(gridOf(most, extents)) : written;
  file.claimChunks(address, count, written * numel(extents) * elementBytes);
}

/**
 * Reads the elements of a data set, row-major, after {@link claimChunks}.
 *
 * @throws {@link ParseError} on damage, and if a chunk is missing.
 */
export function readChunks(file: Hdf5Blocks, data: ChunkedData): Uint8Array<ArrayBuffer> {
  const { address, shape, most, elementBytes, layout, filters } = data;
  const { extents, index } = layout;
  const chunkBytes = numel(extents) * elementBytes;
  const chunks = readChunkIndex(file, {
    ...{ index, shape, most, extents, chunkBytes },
    filtered: filters.length > 0,
  });
  const wanted = numel(gridOf(shape, extents));
  const places = new Set(chunks.map(({ start }) => start.join()));
  if (chunks.length !== wanted || places.size !== wanted) {
    file.fail(
      address,
      `wrong chunk count (got ${String(chunks.length)}, expected ${String(wanted)})`,
    );
  }
  const target = new Uint8Array(numel(shape) * elementBytes);
  for (const chunk of chunks) copyChunk(data, chunk.start, decode(file, chunk, data), target);
  return target;
}

function decode(file: Hdf5Blocks, chunk: Chunk, data: ChunkedData): Uint8Array {
  const { address, storedBytes } = chunk;
  const { elementBytes, filters, layout } = data;
  const chunkBytes = numel(layout.extents) * elementBytes;
  let bytes = file.source.view(address, address + storedBytes);
  for (const filter of filters.toReversed()) {
    bytes =
      filter === 'deflate'
        ? inflate(file, address, bytes, chunkBytes)
        : unshuffle(bytes, elementBytes);
  }
  if (bytes.length !== chunkBytes) {
    file.fail(
      address,
      `wrong chunk size (got ${String(bytes.length)} bytes, expected ${String(chunkBytes)})`,
    );
  }
  return bytes;
}

function inflate(file: Hdf5Blocks, address: number, packed: Uint8Array, most: number): Uint8Array {
  try {
    // One output buffer: joining pieces would take twice the memory.
    return inflateSync(packed, { maxOutputLength: most, chunkSize: Math.max(most, 64) });
  } catch (cause) {
    return file.fail(address, `damaged chunk: ${(cause as Error).message}`);
  }
}

/** Undoes the shuffle filter, which stores the first bytes of all elements, then the second bytes, and so on. */
function unshuffle(bytes: Uint8Array, width: number): Uint8Array {
  const count = Math.floor(bytes.length / width);
  const whole = Uint8Array.from(bytes);
  for (let byte = 0; byte < width; byte++)
    for (let i = 0; i < count; i++) whole[i * width + byte] = bytes[byte * count + i];
  return whole;
}

/** Copies the rows of a chunk that are within the data. */
function copyChunk(
  { shape, elementBytes, layout: { extents } }: ChunkedData,
  start: readonly number[],
  chunk: Uint8Array,
  target: Uint8Array,
): void {
  const last = shape.length - 1;
  const rowBytes = Math.min(extents[last], shape[last] - start[last]) * elementBytes;
  const rows = numel(extents.slice(0, last));
  for (let row = 0; row < rows; row++) {
    let rest = row;
    let to = start[last];
    let stride = shape[last];
    let isInside = true;
    for (let axis = last - 1; axis >= 0; axis--) {
      const index = start[axis] + (rest % extents[axis]);
      rest = Math.floor(rest / extents[axis]);
      isInside &&= index < shape[axis];
      to += index * stride;
      stride *= shape[axis];
    }
    const from = row * extents[last] * elementBytes;
    if (isInside) target.set(chunk.subarray(from, from + rowBytes), to * elementBytes);
  }
}
