import { ByteReader } from '../../core/byte-reader.js';
import { isDefined, type Hdf5Blocks } from './blocks.js';

const HEADER_BYTES = 28;
/** Bytes of a block's signature, version, type and header address. */
const PREFIX_BYTES = 14;
const CHECKSUM_BYTES = 4;

/** Expected entries of a list. */
export interface ListKind {
  readonly entryBytes: number;
  readonly count: number;
}

/** Consecutive entries of a list, and the address of the first; null if the page was never written. */
type Page = { readonly entries: Uint8Array; readonly address: number } | null;

/**
 * Opens a fixed array: a list of `count` entries, in pages if it is long.
 *
 * @param address - Address of its header.
 * @returns A function that looks up an entry by its index; null for entries of a page that was never written.
 * @throws {@link ParseError} on damage, and if the entries are not the expected ones.
 * @see HDF5 File Format Specification 3.0, VII.C.
 */
export function openList(
  file: Hdf5Blocks,
  address: number,
  { entryBytes, count }: ListKind,
): (i: number) => ByteReader | null {
  const header = file.signed('FAHD', address, HEADER_BYTES);
  if (header.u8() !== 0) header.fail('unsupported fixed array version (expected 0)', 0);
  header.bytes(1);
  const [bytes, pageBits, entries] = [header.u8(), header.u8(), header.u64le()];
  if (bytes !== entryBytes || entries !== count) {
    const found = `${String(entries)} entries of ${String(bytes)} bytes`;
    const wanted = `${String(count)} of ${String(entryBytes)} bytes`;
    header.fail(`wrong fixed array size (got ${found}, expected ${wanted})`);
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

/** Reads a list without pages: its entries follow the prefix of its block. */
function readBlock(file: Hdf5Blocks, block: number, { entryBytes, count }: ListKind): Page {
  const content = file.signed('FADB', block, PREFIX_BYTES + count * entryBytes + CHECKSUM_BYTES);
  content.bytes(PREFIX_BYTES - 4);
  return { entries: content.peek(), address: block + PREFIX_BYTES };
}

/** Reads a list in pages. They follow a block with one bit per page, which is set if the page was written. */
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
