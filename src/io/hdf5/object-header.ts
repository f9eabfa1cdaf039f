import type { ByteReader } from '../../core/byte-reader.js';
import type { Hdf5Blocks } from './blocks.js';

/** One thing that an object's header says. */
export interface HeaderMessage {
  /** What it says: one of {@link MESSAGE}. */
  readonly type: number;
  /** How. */
  readonly data: ByteReader;
}

/** Types of messages that are looked at. */
export const MESSAGE = {
  dataspace: 0x01,
  linkInfo: 0x02,
  datatype: 0x03,
  externalFiles: 0x07,
  layout: 0x08,
  filters: 0x0b,
  continuation: 0x10,
  symbolTable: 0x11,
} as const;

const PREFIX_BYTES = 16;
const MESSAGE_PREFIX_BYTES = 8;
/** Bit of a message's flags: it lies elsewhere, as a type with a name does. */
const SHARED = 2;
const MOST_BLOCKS = 100;

/**
 * What the header of an object says, in order.
 *
 * @param address - Of the header.
 * @throws {@link ParseError} on damage, on headers of version 2 and on what is shared between objects.
 * @see HDF5 File Format Specification 3.0, IV.A.1.a, Version 1 Data Object Header Prefix.
 */
export function readObjectHeader(file: Hdf5Blocks, address: number): readonly HeaderMessage[] {
  const prefix = file.at(address, PREFIX_BYTES);
  const version = prefix.u8();
  if (version !== 1) prefix.fail(`no object header of version 1, but ${String(version)}`, 0);
  prefix.bytes(1);
  const count = prefix.u16le();
  prefix.bytes(4);
  const blocks: (readonly [address: number, length: number])[] = [
    [address + PREFIX_BYTES, prefix.u32le()],
  ];
  const messages: HeaderMessage[] = [];
  let seen = 0;
  for (let i = 0; i < blocks.length; i++) {
    if (i === MOST_BLOCKS) prefix.fail('its header goes on without an end');
    const block = file.at(...blocks[i]);
    while (block.remaining >= MESSAGE_PREFIX_BYTES && seen < count) {
      seen++;
      const message = readMessage(block);
      if (message.type === MESSAGE.continuation) {
        blocks.push([message.data.u64le(), message.data.u64le()]);
      } else messages.push(message);
    }
  }
  if (seen < count) prefix.fail(`${String(seen)} messages of ${String(count)}`);
  return messages;
}

function readMessage(block: ByteReader): HeaderMessage {
  const type = block.u16le();
  const length = block.u16le();
  const flags = block.u8();
  block.bytes(3);
  const isKnown = Object.values<number>(MESSAGE).includes(type);
  if ((flags & SHARED) !== 0 && isKnown) block.fail('types that objects share are not read');
  return { type, data: block.block(length) };
}
