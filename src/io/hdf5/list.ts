import type { ByteReader } from '../../core/byte-reader.js';
import { isDefined, type Hdf5Blocks } from './blocks.js';

const HEADER_BYTES = 28;
/** Bytes of a block's signature, version, type and header's address, and of a checksum. */
const PREFIX_BYTES = 14;
const CHECKSUM_BYTES = 4;
/** No snapshot has an array of so many chunks. */
const MOST_ENTRIES = 100_000;

/** What a list must be. */
export interface ListKind {
  readonly entryBytes: number;
  readonly count: number;
}

/**
 * The entries of a fixed array: a list with a place for each of so many things, in pages if it is long.
 *
 * @param address - Of its header.
 * @returns Undefined for the entries of pages that were never written.
 * @throws {@link ParseError} on damage, and if the list is not of this kind.
 * @see HDF5 File Format Specification 3.0, VII.C.
 */
export function readList(
  file: Hdf5Blocks,
  address: number,
  { entryBytes, count }: ListKind,
): readonly (ByteReader | undefined)[] {
  const header = file.signed('FAHD', address, HEADER_BYTES);
  if (header.u8() !== 0) header.fail('a list of an unknown version', 0);
  header.bytes(1);
  const [bytes, pageBits, entries] = [header.u8(), header.u8(), header.u64le()];
  if (bytes !== entryBytes || entries !== count || !(count <= MOST_ENTRIES)) {
    const wanted = `${String(count)} of ${String(entryBytes)}`;
    header.fail(`a list of ${String(entries)} entries of ${String(bytes)} bytes, not ${wanted}`);
  }
  const block = header.u64le();
  if (!isDefined(block)) return new Array<undefined>(count).fill(undefined);
  const perPage = 2 ** pageBits;
  if (count > perPage) return readPages(file, block, { entryBytes, count, perPage });
  const content = file.signed('FADB', block, PREFIX_BYTES + count * entryBytes + CHECKSUM_BYTES);
  content.bytes(PREFIX_BYTES - 4);
  return Array.from({ length: count }, () => content.block(entryBytes));
}

/** Pages follow a block that says, a bit each, which were written. */
function readPages(
  file: Hdf5Blocks,
  block: number,
  { entryBytes, count, perPage }: ListKind & { readonly perPage: number },
): readonly (ByteReader | undefined)[] {
  const pages = Math.ceil(count / perPage);
  const headBytes = PREFIX_BYTES + Math.ceil(pages / 8) + CHECKSUM_BYTES;
  const head = file.signed('FADB', block, headBytes);
  head.bytes(PREFIX_BYTES - 4);
  const written = head.bytes(head.remaining);
  const pageBytes = perPage * entryBytes + CHECKSUM_BYTES;
  return Array.from({ length: pages }, (_, page) => {
    const length = Math.min(perPage, count - page * perPage);
    const isWritten = (written[page >>> 3] & (128 >>> (page & 7))) !== 0;
    if (!isWritten) return new Array<undefined>(length).fill(undefined);
    return readPage(file, block + headBytes + page * pageBytes, { entryBytes, count: length });
  }).flat();
}

function readPage(
  file: Hdf5Blocks,
  address: number,
  { entryBytes, count }: ListKind,
): ByteReader[] {
  const bytes = count * entryBytes;
  const page = file.at(address, bytes + CHECKSUM_BYTES);
  const content = page.peek().subarray(0, bytes);
  const entries = Array.from({ length: count }, () => page.block(entryBytes));
  file.verify(content, page.u32le(), address + bytes);
  return entries;
}
