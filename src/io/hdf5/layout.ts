import type { ByteReader } from '../../core/byte-reader.js';

/** Storage layout of a data set. */
export type Hdf5Layout =
  | { readonly kind: 'compact'; readonly bytes: Uint8Array }
  | { readonly kind: 'contiguous'; readonly address: number; readonly length: number }
  | {
      readonly kind: 'chunked';
      /** Extents of a chunk. */
      readonly extents: readonly number[];
      /** Chunk index. */
      readonly index: ChunkIndex;
    };

/** Chunk index of a data set. */
export interface ChunkIndex {
  /**
   * `tree`: a B-tree of version 1; `single`: there is one chunk; `row`: one after another; `list`: a list of a fixed
   * length; `records`: a B-tree of version 2.
   */
  readonly kind: 'tree' | 'single' | 'row' | 'list' | 'records';
  /** Address of the index, or of the chunk for `single`. */
  readonly address: number;
  /** Bytes of a single chunk that has filters, as it is stored. */
  readonly singleBytes?: number;
  /** True if a chunk's length as it is stored always takes eight bytes. */
  readonly wideLengths: boolean;
}

const COMPACT = 0;
const CONTIGUOUS = 1;
const CHUNKED = 2;
const MOST_AXES = 32;
/** Version since which there are several kinds of indices, and the one since which lengths are wide. */
const INDEXED = 4;
const WIDE = 5;

/**
 * Reads a layout message.
 *
 * @throws {@link ParseError} on damage, on versions before 3, which HDF5 writes since 1.6.3, and after 5.
 * @see HDF5 File Format Specification 3.0, IV.A.2.i; what version 5 changes is seen from files of HDF5 2.0.
 */
export function readLayout(message: ByteReader): Hdf5Layout {
  const version = message.u8();
  if (version < 3 || version > WIDE)
    message.fail(`layout version ${String(version)}; 3 to 5 are read`, 0);
  const kind = message.u8();
  switch (kind) {
    case COMPACT:
      return { kind: 'compact', bytes: message.bytes(message.u16le()) };
    case CONTIGUOUS:
      return { kind: 'contiguous', address: message.u64le(), length: message.u64le() };
    case CHUNKED:
      return version < INDEXED ? readChunkTree(message) : readChunkIndex(message, version === WIDE);
    default:
      return message.fail(`layout of kind ${String(kind)}`, 1);
  }
}

/** Extents of chunks; behind the last stands how many bytes an element has. */
function readExtents(message: ByteReader, axes: number, width: number): readonly number[] {
  if (!(axes >= 1 && axes <= MOST_AXES)) message.fail(`chunks of ${String(axes)} axes`);
  const extents = Array.from({ length: axes }, () => message.uint(width));
  message.bytes(width);
  if (extents.includes(0)) message.fail('chunks of nothing');
  return extents;
}

function readChunkTree(message: ByteReader): Hdf5Layout {
  const axes = message.u8() - 1;
  const address = message.u64le();
  const extents = readExtents(message, axes, 4);
  return { kind: 'chunked', extents, index: { kind: 'tree', address, wideLengths: false } };
}

/** Bits of the flags of chunks: those at an edge have no filters; a single one has. */
const PLAIN_EDGES = 1;
const SINGLE_WITH_FILTERS = 2;

/** Kind of index of data that grow on one axis: an extensible array. */
const GROWING = 4;
/** Kinds of indices that are read by their numbers, and bytes of what is said about them. */
const INDICES: ReadonlyMap<number, readonly [ChunkIndex['kind'], number]> = new Map([
  [1, ['single', 0]],
  [2, ['row', 0]],
  [3, ['list', 1]],
  [5, ['records', 6]],
]);

function readChunkIndex(message: ByteReader, wideLengths: boolean): Hdf5Layout {
  const flags = message.u8();
  if ((flags & PLAIN_EDGES) !== 0) message.fail('chunks with filters, except at the edges', 2);
  const axes = message.u8() - 1;
  const width = message.u8();
  if (!(width >= 1 && width <= 8)) message.fail(`extents of ${String(width)} bytes`);
  const extents = readExtents(message, axes, width);
  const code = message.u8();
  const [kind, settings] =
    INDICES.get(code) ??
    message.fail(
      `chunks with an index of kind ${String(code)}${code === GROWING ? '; save the data without a maxshape' : ''}`,
    );
  message.bytes(settings);
  if (kind !== 'single' || (flags & SINGLE_WITH_FILTERS) === 0) {
    return { kind: 'chunked', extents, index: { kind, address: message.u64le(), wideLengths } };
  }
  const singleBytes = message.u64le();
  if (message.u32le() !== 0) message.fail('a chunk without some of its filters');
  const index = { kind, singleBytes, address: message.u64le(), wideLengths };
  return { kind: 'chunked', extents, index };
}

/** Filter that was applied to the bytes of a chunk. */
export type Hdf5Filter = 'deflate' | 'shuffle';

const FILTERS: ReadonlyMap<number, Hdf5Filter> = new Map([
  [1, 'deflate'],
  [2, 'shuffle'],
]);

/**
 * Reads a message of filters, in the order in which they were applied.
 *
 * @throws {@link ParseError} on damage, and on other filters than deflate and shuffle.
 * @see HDF5 File Format Specification 3.0, IV.A.2.l.
 */
export function readFilters(message: ByteReader): readonly Hdf5Filter[] {
  const version = message.u8();
  const count = message.u8();
  if (version !== 1 && version !== 2) message.fail(`filters version ${String(version)}`, 0);
  // Each at most once, or a chunk would be inflated over and over.
  if (count > FILTERS.size) message.fail(`${String(count)} filters`, 1);
  if (version === 1) message.bytes(6);
  const filters = Array.from({ length: count }, () => {
    const id = message.u16le();
    const hasName = version === 1 || id >= 256;
    const nameBytes = hasName ? message.u16le() : 0;
    message.bytes(2);
    const values = message.u16le();
    message.bytes(nameBytes + 4 * values + (version === 1 && values % 2 === 1 ? 4 : 0));
    return FILTERS.get(id) ?? message.fail(`filter ${String(id)} is not read`);
  });
  if (new Set(filters).size < count) message.fail('a filter stands twice');
  return filters;
}
