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
   * `tree`: a B-tree of version 1; `single`: one chunk; `row`: consecutive chunks; `list`: a fixed array;
   * `records`: a B-tree of version 2.
   */
  readonly kind: 'tree' | 'single' | 'row' | 'list' | 'records';
  /** Address of the index, or of the chunk for `single`. */
  readonly address: number;
  /** Stored bytes of a single chunk that has filters. */
  readonly singleBytes?: number;
  /** True if a chunk's stored length always takes eight bytes. */
  readonly wideLengths: boolean;
}

const COMPACT = 0;
const CONTIGUOUS = 1;
const CHUNKED = 2;
const MOST_AXES = 32;
/** First version with several kinds of chunk indices. */
const INDEXED = 4;
/** First version with eight bytes per chunk length. */
const WIDE = 5;

/**
 * Reads a layout message.
 *
 * @throws {@link ParseError} on damage, on versions after 5, and before 3, which HDF5 1.6.3 introduced.
 * @see HDF5 File Format Specification 3.0, IV.A.2.i; version 5 is known from files of HDF5 2.0.
 */
export function readLayout(message: ByteReader): Hdf5Layout {
  const version = message.u8();
  if (version < 3 || version > WIDE)
    message.fail(`unsupported layout version (got ${String(version)}, expected 3 to 5)`, 0);
  const kind = message.u8();
  switch (kind) {
    case COMPACT:
      return { kind: 'compact', bytes: message.bytes(message.u16le()) };
    case CONTIGUOUS:
      return { kind: 'contiguous', address: message.u64le(), length: message.u64le() };
    case CHUNKED:
      return version < INDEXED ? readChunkTree(message) : readChunkIndex(message, version === WIDE);
    default:
      return message.fail(`unsupported layout class (got ${String(kind)}, expected 0 to 2)`, 1);
  }
}

/** Reads the extents of chunks; the bytes of an element follow and are skipped. */
function readExtents(message: ByteReader, axes: number, width: number): readonly number[] {
  if (!(axes >= 1 && axes <= MOST_AXES))
    message.fail(`invalid chunk axes (got ${String(axes)}, expected 1 to ${String(MOST_AXES)})`);
  const extents = Array.from({ length: axes }, () => message.uint(width));
  message.bytes(width);
  if (extents.includes(0)) message.fail('invalid chunk extent (got 0)');
  return extents;
}

function readChunkTree(message: ByteReader): Hdf5Layout {
  const axes = message.u8() - 1;
  const address = message.u64le();
  const extents = readExtents(message, axes, 4);
  return { kind: 'chunked', extents, index: { kind: 'tree', address, wideLengths: false } };
}

/** Flag: chunks at the edges have no filters. */
const PLAIN_EDGES = 1;
/** Flag: the single chunk has filters. */
const SINGLE_WITH_FILTERS = 2;

/** Index code of an extensible array, for data that grow on one axis. */
const GROWING = 4;
/** Supported index kinds by code, with the bytes of their settings. */
const INDICES: ReadonlyMap<number, readonly [ChunkIndex['kind'], number]> = new Map([
  [1, ['single', 0]],
  [2, ['row', 0]],
  [3, ['list', 1]],
  [5, ['records', 6]],
]);

function readChunkIndex(message: ByteReader, wideLengths: boolean): Hdf5Layout {
  const flags = message.u8();
  if ((flags & PLAIN_EDGES) !== 0) message.fail('edge chunks without filters are unsupported', 2);
  const axes = message.u8() - 1;
  const width = message.u8();
  if (!(width >= 1 && width <= 8))
    message.fail(`invalid width of chunk extents (got ${String(width)} bytes, expected 1 to 8)`);
  const extents = readExtents(message, axes, width);
  const code = message.u8();
  const [kind, settings] =
    INDICES.get(code) ??
    message.fail(
      `unsupported chunk index (got kind ${String(code)})${code === GROWING ? '; save the data without a maxshape' : ''}`,
    );
  message.bytes(settings);
  if (kind !== 'single' || (flags & SINGLE_WITH_FILTERS) === 0) {
    return { kind: 'chunked', extents, index: { kind, address: message.u64le(), wideLengths } };
  }
  const singleBytes = message.u64le();
  if (message.u32le() !== 0) message.fail('chunks that skip filters are unsupported');
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
 * Reads a filter message, in the order in which the filters were applied.
 *
 * @throws {@link ParseError} on damage, and on filters other than deflate and shuffle.
 * @see HDF5 File Format Specification 3.0, IV.A.2.l.
 */
export function readFilters(message: ByteReader): readonly Hdf5Filter[] {
  const version = message.u8();
  const count = message.u8();
  if (version !== 1 && version !== 2)
    message.fail(`unsupported filter message version (got ${String(version)}, expected 1 or 2)`, 0);
  // Each filter at most once: repeated inflating could need any amount of memory.
  if (count > FILTERS.size)
    message.fail(
      `too many filters (got ${String(count)}, expected at most ${String(FILTERS.size)})`,
      1,
    );
  if (version === 1) message.bytes(6);
  const filters = Array.from({ length: count }, () => {
    const id = message.u16le();
    const hasName = version === 1 || id >= 256;
    const nameBytes = hasName ? message.u16le() : 0;
    message.bytes(2);
    const values = message.u16le();
    message.bytes(nameBytes + 4 * values + (version === 1 && values % 2 === 1 ? 4 : 0));
    return (
      FILTERS.get(id) ??
      message.fail(`unsupported filter (got ${String(id)}, expected 1 = deflate or 2 = shuffle)`)
    );
  });
  if (new Set(filters).size < count) message.fail('duplicate filter');
  return filters;
}
