import { ByteReader } from '../../core/byte-reader.js';
import { isDefined, type Hdf5Blocks } from './blocks.js';

const HEADER_BYTES = 28;
/** Bytes of a block's signature, version, type and header's address, and of a checksum. */
const PREFIX_BYTES = 14;
const CHECKSUM_BYTES = 4;

/** Expected size of a list. */
export interface ListKind {
  readonly entryBytes: number;
  readonly count: number;
}

/** A stretch of a list: its entries in one piece, and the address of the first; null for what was never written. */
type Page = { readonly entries: Uint8Array; readonly address: number } | null;

/**
 * Opens a fixed array: a list with a place for each of so many things, in pages if it is long.
 *
 * @param address - Of its header.
 * @returns Looks up an entry by its number; null for entries of a page that was never written.
 * @throws {@link ParseError} on damage, and if the list is not of this kind.
 * @see HDF5 File Format Specification 3.0, VII.C.
 */
export function openList(
  file: Hdf5Blocks,
  address: number,
  { entryBytes, count }: ListKind,
): (i: number) => ByteReader | null {
  const header = file.signed('FAHD', address, HEADER_BYTES);
  if (header.u8() !== 0) header.fail('a list of an unknown version', 0);
  header.bytes(1);
  const [bytes, pageBits, entries] = [header.u8(), header.u8(), header.u64le()];
  if (bytes !== entryBytes || entries !== count) {
    const wanted = `${String(count)} of ${String(entryBytes)}`;
    header.fail(`a list of ${String(entries)} entries of ${String(bytes)} bytes, not ${wanted}`);
  }
  const block = header.u64le();
  if (!isDefined(block)) return () => null;
  const perPage = Math.min(2 ** pageBits, count);
  const kind = { entryBytes, count };
  const pages =
    perPage < count ? readPages(file, block, { ...kind, perPage }) : [readBlock(file, block, kind)];
  return (i) => {
    const page = pages[Math.floor(i / perPage)];
    if (page === null) return null;
    const at = (i % perPage) * entryBytes;
    const entry = page.entries.subarray(at, at + entryBytes);
    return new ByteReader(entry, file.source.name, page.address + at);
  };
}

/** A short list follows the words that a block begins with. */
function readBlock(file: Hdf5Blocks, block: number, { entryBytes, count }: ListKind): Page {
  const content = file.signed('FADB', block, PREFIX_BYTES + count * entryBytes + CHECKSUM_BYTES);
  content.bytes(PREFIX_BYTES - 4);
  return { entries: content.peek(), address: block + PREFIX_BYTES };
}

/** Pages follow a block that says, a bit each, which were written. */
function readPages(
  file: Hdf5Blocks,
  block: number,
  { entryBytes, count, perPage }: ListKind & { readonly perPage: number },
): readonly Page[] {
  const pages = Math.ceil(count / perPage);
  const headBytes = PREFIX_BYTES + Math.ceil(pages / 8) + CHECKSUM_BYTES;
  const head = file.signed('FADB', block, headBytes);
  head.bytes(PREFIX_BYTES - 4);
  const written = head.bytes(head.remaining);
  const pageBytes = perPage * entryBytes;
  return Array.from({ length: pages }, (_, page) => {
    if ((written[page >>> 3] & (128 >>> (page & 7))) === 0) return null;
    const length = Math.min(pageBytes, count * entryBytes - page * pageBytes);
    const address = block + headBytes + page * (pageBytes + CHECKSUM_BYTES);
    const reader = file.at(address, length + CHECKSUM_BYTES);
    const entries = reader.bytes(length);
    file.verify(entries, reader.u32le(), address + length);
    return { entries, address };
  });
}
