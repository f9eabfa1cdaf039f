import type { ByteReader } from '../../core/byte-reader.js';

/** Where the elements of a data set lie. */
export type Hdf5Layout =
  | { readonly kind: 'compact'; readonly bytes: Uint8Array }
  | { readonly kind: 'contiguous'; readonly address: number; readonly length: number }
  | {
      readonly kind: 'chunked';
      /** Address of the tree of the chunks. */
      readonly tree: number;
      /** Extents of a chunk. */
      readonly extents: readonly number[];
    };

const COMPACT = 0;
const CONTIGUOUS = 1;
const CHUNKED = 2;
const MOST_AXES = 32;

/**
 * Reads a layout message.
 *
 * @throws {@link ParseError} on damage, and on versions other than 3, which HDF5 writes by default since 1.6.3.
 * @see HDF5 File Format Specification 3.0, IV.A.2.i.
 */
export function readLayout(message: ByteReader): Hdf5Layout {
  const version = message.u8();
  if (version !== 3) message.fail(`layout version ${String(version)}; 3 is read`, 0);
  const kind = message.u8();
  switch (kind) {
    case COMPACT:
      return { kind: 'compact', bytes: message.bytes(message.u16le()) };
    case CONTIGUOUS:
      return { kind: 'contiguous', address: message.u64le(), length: message.u64le() };
    case CHUNKED: {
      // The last extent is the bytes of an element.
      const axes = message.u8() - 1;
      if (!(axes >= 1 && axes <= MOST_AXES)) message.fail(`chunks of ${String(axes)} axes`, 2);
      const tree = message.u64le();
      const extents = Array.from({ length: axes }, () => message.u32le());
      if (extents.includes(0)) message.fail('chunks of nothing');
      return { kind: 'chunked', tree, extents };
    }
    default:
      return message.fail(`layout of kind ${String(kind)}`, 1);
  }
}

/** How the bytes of a chunk were changed before they were written. */
export type Hdf5Filter = 'deflate' | 'shuffle';

const FILTERS: ReadonlyMap<number, Hdf5Filter> = new Map([
  [1, 'deflate'],
  [2, 'shuffle'],
]);
const MOST_FILTERS = 32;

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
  if (count > MOST_FILTERS) message.fail(`${String(count)} filters`, 1);
  if (version === 1) message.bytes(6);
  return Array.from({ length: count }, () => {
    const id = message.u16le();
    const hasName = version === 1 || id >= 256;
    const nameBytes = hasName ? message.u16le() : 0;
    message.bytes(2);
    const values = message.u16le();
    message.bytes(nameBytes + 4 * values + (version === 1 && values % 2 === 1 ? 4 : 0));
    return FILTERS.get(id) ?? message.fail(`filter ${String(id)} is not read`);
  });
}
