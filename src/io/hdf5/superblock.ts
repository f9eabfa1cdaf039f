import type { ByteReader } from '../../core/byte-reader.js';
import { isHdf5, type Hdf5Blocks } from './blocks.js';

const MAGIC_BYTES = 8;
/** Bytes of the superblock of version 1, the longest: that of version 0 lacks four. */
const LONGEST = 100;
/** Bytes of those of versions 2 and 3, the checksum at their end included. */
const SIGNED_BYTES = 48;
/** Bytes of an address and of a length: the only width that is read. */
const WIDTH = 8;
/** Says in version 3 that a program writes the file, or died over it. */
const OPEN_FOR_WRITING = 1;

/**
 * Reads the superblock and returns the address of the root group's header.
 *
 * @throws {@link ParseError} for versions later than 3, for addresses that are counted from elsewhere or have
 *   another width than eight bytes, and for a file that was not closed.
 * @see HDF5 File Format Specification 3.0, II.A.
 */
export function readSuperblock(file: Hdf5Blocks): number {
  const block = file.at(0, Math.min(LONGEST, file.source.length));
  const start = block.peek();
  if (!isHdf5(block.bytes(MAGIC_BYTES))) block.fail('no HDF5 signature', 0);
  const version = block.u8();
  switch (version) {
    case 0:
    case 1:
      return readOld(file, block, version);
    case 2:
    case 3: {
      const root = readNew(file, block, version);
      file.verify(start.subarray(0, block.offset), block.u32le(), SIGNED_BYTES - 4);
      return root;
    }
    default:
      return block.fail(`superblock version ${String(version)}; 0 to 3 are read`);
  }
}

function readOld(file: Hdf5Blocks, block: ByteReader, version: 0 | 1): number {
  block.bytes(4);
  readWidths(block);
  block.bytes(version === 0 ? 9 : 13);
  readExtent(file, block);
  block.bytes(WIDTH + WIDTH); // the driver's block, and the name of the root
  return block.u64le();
}

function readNew(file: Hdf5Blocks, block: ByteReader, version: 2 | 3): number {
  readWidths(block);
  const flags = block.u8();
  if (version === 3 && (flags & OPEN_FOR_WRITING) !== 0)
    block.fail('its writer did not close it; h5clear tells whether it is whole');
  readExtent(file, block);
  return block.u64le();
}

function readWidths(block: ByteReader): void {
  if (block.u8() !== WIDTH || block.u8() !== WIDTH) block.fail('addresses not of eight bytes');
}

/** Where addresses count from, an address that is not needed, and the end of the file. */
function readExtent(file: Hdf5Blocks, block: ByteReader): void {
  if (block.u64le() !== 0) block.fail('addresses do not count from the start of the file');
  block.bytes(WIDTH);
  const place = block.offset;
  const end = block.u64le();
  const { length } = file.source;
  if (end !== length)
    block.fail(`says that it ends at ${String(end)}, and ends at ${String(length)}`, place);
}
