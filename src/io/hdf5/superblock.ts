import type { ByteReader } from '../../core/byte-reader.js';
import { isHdf5, type Hdf5Blocks } from './blocks.js';

const MAGIC_BYTES = 8;
/** Bytes of the superblock of version 1, the longest; version 0 has four fewer. */
const LONGEST = 100;
/** Bytes of the superblocks of versions 2 and 3, including the checksum at the end. */
const SIGNED_BYTES = 48;
/** Bytes of an address and of a length: the only supported width. */
const WIDTH = 8;
/** Flag of version 3: the file is open for writing, or its writer crashed. */
const OPEN_FOR_WRITING = 1;

/**
 * Reads the superblock and returns the address of the root group's header.
 *
 * @throws {@link ParseError} for versions later than 3, for addresses with a base other than 0 or a width other
 *   than eight bytes, and for a file that was not closed.
 * @see HDF5 File Format Specification 3.0, II.A.
 */
export function readSuperblock(file: Hdf5Blocks): number {
  const block = file.at(0, Math.min(LONGEST, file.source.length));
  const start = block.peek();
  if (!isHdf5(block.bytes(MAGIC_BYTES))) block.fail('missing HDF5 signature', 0);
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
      return block.fail(`unsupported superblock version (got ${String(version)}, expected 0 to 3)`);
  }
}

function readOld(file: Hdf5Blocks, block: ByteReader, version: 0 | 1): number {
  block.bytes(4);
  readWidths(block);
  block.bytes(version === 0 ? 9 : 13);
  readExtent(file, block);
  block.bytes(WIDTH + WIDTH); // address of the driver information, and offset of the root's name
  return block.u64le();
}

function readNew(file: Hdf5Blocks, block: ByteReader, version: 2 | 3): number {
  readWidths(block);
  const flags = block.u8();
  if (version === 3 && (flags & OPEN_FOR_WRITING) !== 0)
    block.fail('the writer did not close the file; check and repair it with h5clear');
  readExtent(file, block);
  return block.u64le();
}

function readWidths(block: ByteReader): void {
  if (block.u8() !== WIDTH || block.u8() !== WIDTH)
    block.fail('unsupported address width (expected 8 bytes)');
}

/** Checks the base address and the end of the file. */
function readExtent(file: Hdf5Blocks, block: ByteReader): void {
  if (block.u64le() !== 0) block.fail('unsupported base address (expected 0)');
  block.bytes(WIDTH);
  const place = block.offset;
  const end = block.u64le();
  const { length } = file.source;
  if (end !== length)
    block.fail(`wrong file size (got ${String(length)} bytes, expected ${String(end)})`, place);
}
