import type { ByteReader } from '../../core/byte-reader.js';
import { isDefined, type Hdf5Blocks } from './blocks.js';
import { MOST_MEMBERS, type GroupMember } from './symbols.js';
import { openHeap } from './heap.js';
import { MESSAGE, type HeaderMessage } from './object-header.js';
import { readRecords } from './records.js';

/** Records of a tree that finds links by name: a hash of four bytes, and a heap identifier. */
const BY_NAME = { type: 5, bytes: 11, most: MOST_MEMBERS } as const;
const HASH_BYTES = 4;
const MOST_NAME_BYTES = 1024;

/** Flags of a link; the lowest two bits give the width of the name's length field. */
const HAS_ORDER = 0x04;
const HAS_KIND = 0x08;
const HAS_CHARACTERS = 0x10;
/** Kind of a link to an object of the file. */
const HARD = 0;

/**
 * Reads the members of a group of links: a few links are stored in the header, many in a heap.
 *
 * @param messages - Messages of the group's header.
 * @returns The members in the order of names.
 * @throws {@link ParseError} on damage, and on soft and external links.
 * @see HDF5 File Format Specification 3.0, IV.A.2.c and IV.A.2.g.
 */
export function readLinks(
  file: Hdf5Blocks,
  messages: readonly HeaderMessage[],
): readonly GroupMember[] {
  const members = messages.flatMap(({ type, data }) => {
    if (type === MESSAGE.link) return [readLink(data)];
    return type === MESSAGE.linkInfo ? readHeapOfLinks(file, data) : [];
  });
  return members.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function readHeapOfLinks(file: Hdf5Blocks, info: ByteReader): readonly GroupMember[] {
  if (info.u8() !== 0) info.fail('unsupported group version (expected 0)', 0);
  const tracksOrder = (info.u8() & 1) !== 0;
  if (tracksOrder) info.bytes(8);
  const [heap, tree] = [info.u64le(), info.u64le()];
  if (!isDefined(heap)) return [];
  const objectOf = openHeap(file, heap);
  return readRecords(file, tree, BY_NAME).map((record) => {
    record.bytes(HASH_BYTES);
    return readLink(objectOf(record));
  });
}

function readLink(link: ByteReader): GroupMember {
  if (link.u8() !== 1) link.fail('unsupported link version (expected 1)', 0);
  const flags = link.u8();
  const kind = (flags & HAS_KIND) === 0 ? HARD : link.u8();
  link.bytes(((flags & HAS_ORDER) === 0 ? 0 : 8) + ((flags & HAS_CHARACTERS) === 0 ? 0 : 1));
  const length = link.uint(2 ** (flags & 3));
  if (!(length >= 1 && length <= MOST_NAME_BYTES))
    link.fail(
      `invalid name length (got ${String(length)}, expected 1 to ${String(MOST_NAME_BYTES)})`,
    );
  const name = Buffer.from(link.bytes(length)).toString('utf8');
  if (kind !== HARD) link.fail(`"${name}" is a soft or external link, which is unsupported`);
  return { name, header: link.u64le() };
}
