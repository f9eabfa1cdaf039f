import { ByteReader } from '../../core/byte-reader.js';
import { ParseError } from '../../core/errors.js';
import type { ByteSource } from '../byte-source.js';

const MAGIC: Uint8Array = Buffer.from('\x89HDF\r\n\x1a\n', 'latin1');

/** Blocks larger than this hold numbers, not what is said about them. */
const MOST_BLOCK_BYTES = 2 ** 20;
/** What is said about the numbers of a network takes far less; it is read block by block. */
const MOST_BYTES_READ = 64 * 2 ** 20;
/** Bytes of the superblock of version 0. */
const SUPERBLOCK_BYTES = 96;
/** Bytes of an address and of a length: the only width that is read. */
const WIDTH = 8;

/** An HDF5 file: what lies at the addresses that it names. */
export class Hdf5Blocks {
  /** The file. */
  readonly source: ByteSource;
  #bytesRead = 0;

  constructor(source: ByteSource) {
    this.source = source;
  }

  /**
   * The bytes at an address.
   *
   * @throws {@link ParseError} if they are not all there, or more than any file needs.
   */
  at(address: number, length: number): ByteReader {
    if (!(length <= MOST_BLOCK_BYTES)) this.fail(address, `a block of ${String(length)} bytes`);
    this.#bytesRead += length;
    if (!(this.#bytesRead <= MOST_BYTES_READ)) {
      this.fail(address, `more than ${String(MOST_BYTES_READ)} bytes say where the numbers are`);
    }
    this.check(address, length);
    return new ByteReader(this.source.name, this.source.view(address, address + length), address);
  }

  /** @throws {@link ParseError} unless so many bytes lie at the address. */
  check(address: number, length: number): void {
    const room = this.source.length - address;
    if (!(address >= 0 && length >= 0 && length <= room)) {
      const place = isDefined(address) ? String(address) : 'no address';
      this.fail(0, `${String(length)} bytes wanted at ${place}, beyond the end of the file`);
    }
  }

  /** @throws {@link ParseError} always. */
  fail(address: number, reason: string): never {
    throw new ParseError(this.source.name, address, reason);
  }
}

/** True if a file starts as every HDF5 file here. */
export function isHdf5(head: Uint8Array): boolean {
  return Buffer.compare(head.subarray(0, MAGIC.length), MAGIC) === 0;
}

/** False for the address that stands for none. */
export function isDefined(address: number): boolean {
  return address < 2 ** 63;
}

/**
 * The address of the root group's header.
 *
 * @throws {@link ParseError} for a superblock of another version than 0, as `libver="latest"` writes, and for
 *   addresses that are counted from elsewhere or have another width than eight bytes.
 */
export function readSuperblock(file: Hdf5Blocks): number {
  const block = file.at(0, Math.min(SUPERBLOCK_BYTES, file.source.length));
  if (!isHdf5(block.bytes(MAGIC.length))) block.fail('no HDF5 signature', 0);
  const version = block.u8();
  if (version !== 0) {
    block.fail(`superblock version ${String(version)}; 0 is read, which is written by default`);
  }
  block.bytes(4);
  if (block.u8() !== WIDTH || block.u8() !== WIDTH) block.fail('addresses not of eight bytes');
  block.bytes(9);
  if (block.u64le() !== 0) block.fail('addresses do not count from the start of the file');
  block.u64le();
  const end = block.u64le();
  if (end !== file.source.length) {
    block.fail(
      `says that it ends at ${String(end)}, and ends at ${String(file.source.length)}`,
      40,
    );
  }
  block.bytes(WIDTH + WIDTH); // the driver's block, and the name of the root
  return block.u64le();
}
