import type { ByteReader } from '../../core/byte-reader.js';
import type { Hdf5Blocks } from './blocks.js';

/** A message of an object header. */
export interface HeaderMessage {
  /** Type: one of {@link MESSAGE}. */
  readonly type: number;
  /** Data of the message. */
  readonly data: ByteReader;
}

/** Supported message types. */
export const MESSAGE = {
  dataspace: 0x01,
  linkInfo: 0x02,
  datatype: 0x03,
  link: 0x06,
  externalFiles: 0x07,
  layout: 0x08,
  filters: 0x0b,
  continuation: 0x10,
  symbolTable: 0x11,
} as const;

/** Last type of the specification; types that are not in {@link MESSAGE} are ignored. */
const LAST_KNOWN = 0x18;
/** Flag: the message is stored elsewhere, such as a named datatype. */
const SHARED = 0x02;
/** Flag: readers must reject the object if they do not know the message. */
const MUST_BE_KNOWN = 0x80;

const SIGNATURE = 'OHDR';
/** Length of the prefix that both versions have. */
const PREFIX_BYTES = 16;
const MOST_BLOCKS = 100;

/** Location of a part of a header, including signature and checksum. */
interface Part {
  readonly address: number;
  readonly length: number;
}

/**
 * Reads the messages of an object header, in order.
 *
 * @param address - Address of the header.
 * @throws {@link ParseError} on damage and on shared messages.
 * @see HDF5 File Format Specification 3.0, IV.A.1.
 */
export function readObjectHeader(file: Hdf5Blocks, address: number): readonly HeaderMessage[] {
  const prefix = file.at(address, PREFIX_BYTES);
  if (prefix.peek()[0] === 1) return readVersion1(file, address, prefix);
  if (prefix.latin1(SIGNATURE.length) === SIGNATURE) return readVersion2(file, address);
  return prefix.fail('missing object header', 0);
}

function readVersion1(file: Hdf5Blocks, address: number, prefix: ByteReader): HeaderMessage[] {
  prefix.bytes(2);
  const count = prefix.u16le();
  prefix.bytes(4);
  const first = { address: address + PREFIX_BYTES, length: prefix.u32le() };
  let seen = 0;
  const messages = readParts(file, first, (part) => {
    const block = file.at(part.address, part.length);
    const found: HeaderMessage[] = [];
    while (block.remaining >= 8 && seen < count) {
      seen++;
      const [type, length, flags] = [block.u16le(), block.u16le(), block.u8()];
      block.bytes(3);
      found.push(messageOf(type, flags, block.block(length)));
    }
    return found;
  });
  if (seen < count)
    prefix.fail(`missing header messages (got ${String(seen)}, expected ${String(count)})`);
  return messages;
}

/** Flags of a version 2 header; the lowest two bits give the width of its length field. */
const TRACKS_ORDER = 0x04;
const HAS_PHASES = 0x10;
const HAS_TIMES = 0x20;

function readVersion2(file: Hdf5Blocks, address: number): HeaderMessage[] {
  const prefix = file.at(address + SIGNATURE.length, 2);
  const version = prefix.u8();
  if (version !== 2)
    prefix.fail(`unsupported object header version (got ${String(version)}, expected 1 or 2)`, 0);
  const flags = prefix.u8();
  const widthBytes = 2 ** (flags & 3);
  const skipped = ((flags & HAS_TIMES) === 0 ? 0 : 16) + ((flags & HAS_PHASES) === 0 ? 0 : 4);
  const width = file.at(address + SIGNATURE.length + 2 + skipped, widthBytes);
  const before = SIGNATURE.length + 2 + skipped + widthBytes;
  const first = { address, length: before + width.uint(widthBytes) + 4 };
  const prefixBytes = (flags & TRACKS_ORDER) === 0 ? 4 : 6;
  return readParts(file, first, (part) => {
    const isFirst = part === first;
    const block = file.signed(isFirst ? SIGNATURE : 'OCHK', part.address, part.length);
    if (isFirst) block.bytes(before - SIGNATURE.length);
    const found: HeaderMessage[] = [];
    while (block.remaining >= prefixBytes) {
      const [type, length, bits] = [block.u8(), block.u16le(), block.u8()];
      block.bytes(prefixBytes - 4);
      found.push(messageOf(type, bits, block.block(length)));
    }
    return found;
  });
}

/** Reads the messages of all parts of a header; continuation messages locate further parts. */
function readParts(
  file: Hdf5Blocks,
  first: Part,
  read: (part: Part) => readonly HeaderMessage[],
): HeaderMessage[] {
  const parts = [first];
  const messages: HeaderMessage[] = [];
  for (let i = 0; i < parts.length; i++) {
    if (i === MOST_BLOCKS)
      file.fail(
        first.address,
        `too many object header blocks (expected at most ${String(MOST_BLOCKS)})`,
      );
    for (const message of read(parts[i])) {
      if (message.type !== MESSAGE.continuation) messages.push(message);
      else parts.push({ address: message.data.u64le(), length: message.data.u64le() });
    }
  }
  return messages;
}

function messageOf(type: number, flags: number, data: ByteReader): HeaderMessage {
  const isRead = Object.values<number>(MESSAGE).includes(type);
  if ((flags & SHARED) !== 0 && isRead) data.fail('shared header messages are unsupported');
  if (type > LAST_KNOWN && (flags & MUST_BE_KNOWN) !== 0)
    data.fail(`unknown required header message (got type ${String(type)})`);
  return { type, data };
}
