import { inflateSync } from 'node:zlib';
import { numel, type Shape } from '../../core/shape.js';
import type { Hdf5Blocks } from './blocks.js';
import type { Hdf5Filter, Hdf5Layout } from './layout.js';
import { readTree, type TreeLeaf } from './tree.js';

/** A data set that is stored in chunks. */
export interface ChunkedData {
  readonly shape: Shape;
  /** Bytes of an element. */
  readonly elementBytes: number;
  readonly layout: Extract<Hdf5Layout, { kind: 'chunked' }>;
  /** In the order in which they were applied. */
  readonly filters: readonly Hdf5Filter[];
}

/** A chunk whose place is known. */
interface Chunk {
  readonly address: number;
  readonly storedBytes: number;
  /** Index of its first element on each axis. */
  readonly start: readonly number[];
}

/** What a file may inflate to, besides twice its length. */
const SPARE_BYTES = 24 * 2 ** 20;

/**
 * The elements of a data set, row-major.
 *
 * @throws {@link ParseError} on damage, if a chunk is missing, and if they take more than twice the file
 *   and 24 MiB.
 */
export function readChunks(file: Hdf5Blocks, data: ChunkedData): Uint8Array<ArrayBuffer> {
  const { shape, elementBytes, layout, filters } = data;
  const { extents, tree } = layout;
  if (extents.length !== shape.length) file.fail(tree, 'chunks of other axes than the data');
  const bytes = numel(shape) * elementBytes;
  const chunkBytes = numel(extents) * elementBytes;
  const limit = 2 * file.source.length + SPARE_BYTES;
  if (!(bytes <= limit && chunkBytes <= limit)) {
    file.fail(
      tree,
      `would take ${String(Math.max(bytes, chunkBytes))} bytes; at most ${String(limit)} are read`,
    );
  }
  const kind = { type: 1, keyBytes: 8 + 8 * (shape.length + 1) } as const;
  const chunks = readTree(file, tree, kind).map((leaf) => chunkOf(file, leaf, data));
  const wanted = numel(shape.map((extent, axis) => Math.ceil(extent / extents[axis])));
  const places = new Set(chunks.map(({ start }) => start.join()));
  if (chunks.length !== wanted || places.size !== wanted) {
    file.fail(tree, `${String(chunks.length)} chunks where ${String(wanted)} belong`);
  }
  const target = new Uint8Array(bytes);
  for (const chunk of chunks) {
    copyChunk(
      data,
      chunk.start,
      decode(file, chunk, { chunkBytes, elementBytes, filters }),
      target,
    );
  }
  return target;
}

function chunkOf(file: Hdf5Blocks, { key, child }: TreeLeaf, data: ChunkedData): Chunk {
  const storedBytes = key.u32le();
  if (key.u32le() !== 0) key.fail('a chunk without some of its filters');
  const start = data.shape.map((extent, axis) => {
    const index = key.u64le();
    const fits = index < extent && index % data.layout.extents[axis] === 0;
    return fits ? index : key.fail(`a chunk that starts at ${String(index)}`);
  });
  file.check(child, storedBytes);
  return { address: child, storedBytes, start };
}

function decode(
  file: Hdf5Blocks,
  { address, storedBytes }: Chunk,
  {
    chunkBytes,
    elementBytes,
    filters,
  }: Pick<ChunkedData, 'elementBytes' | 'filters'> & {
    readonly chunkBytes: number;
  },
): Uint8Array {
  let bytes = file.source.view(address, address + storedBytes);
  for (const filter of filters.toReversed()) {
    bytes =
      filter === 'deflate'
        ? inflate(file, address, bytes, chunkBytes)
        : unshuffle(bytes, elementBytes);
  }
  if (bytes.length !== chunkBytes) {
    file.fail(address, `a chunk of ${String(bytes.length)} bytes, not ${String(chunkBytes)}`);
  }
  return bytes;
}

function inflate(file: Hdf5Blocks, address: number, packed: Uint8Array, most: number): Uint8Array {
  try {
    return inflateSync(packed, { maxOutputLength: most });
  } catch (cause) {
    return file.fail(address, `a chunk does not inflate: ${(cause as Error).message}`);
  }
}

/** First bytes of all elements first, then their second ones: put back element by element. */
function unshuffle(bytes: Uint8Array, width: number): Uint8Array {
  const count = Math.floor(bytes.length / width);
  const whole = Uint8Array.from(bytes);
  for (let byte = 0; byte < width; byte++)
    for (let i = 0; i < count; i++) whole[i * width + byte] = bytes[byte * count + i];
  return whole;
}

/** Copies the rows of a chunk that lie within the data. */
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
