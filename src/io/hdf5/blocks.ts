import { ByteReader } from '../../core/byte-reader.js';
import { ParseError } from '../../core/errors.js';
import type { ByteSource } from '../byte-source.js';
import { lookup3 } from './checksum.js';

const MAGIC: Uint8Array = Buffer.from('\x89HDF\r\n\x1a\n', 'latin1');

/** Size limit of a metadata block. */
const MOST_BLOCK_BYTES = 2 ** 20;
/** Limit of metadata bytes in total; a network needs far less. */
const MOST_BYTES_READ = 32 * 2 ** 20;
/** Limit of chunk bytes beyond twice the file size: trained weights hardly compress. */
const SPARE_BYTES = 16 * 2 ** 20;
/** Limit of all chunks: networks of the paper have fewer, even with one chunk per filter. */
const MOST_CHUNKS = 2 ** 15;
/** Bytes of a signature, and of a checksum. */
const WORD = 4;

/** An HDF5 file, read by address. */
export class Hdf5Blocks {
  /** The file. */
  readonly source: ByteSource;
  #bytesRead = 0;
  #bytesInPlace = 0;
  #bytesInChunks = 0;
  #chunks = 0;

  constructor(source: ByteSource) {
    this.source = source;
  }

  /**
   * Returns a reader of the bytes at an address.
   *
   * @throws {@link ParseError} if they exceed the file, or a limit.
   */
  at(address: number, length: number): ByteReader {
    if (!(length <= MOST_BLOCK_BYTES))
      this.fail(
        address,
        `metadata block too large (got ${String(length)} bytes, expected at most ${String(MOST_BLOCK_BYTES)})`,
      );
    this.#bytesRead += length;
    if (!(this.#bytesRead <= MOST_BYTES_READ)) {
      this.fail(address, `too much metadata (expected at most ${String(MOST_BYTES_READ)} bytes)`);
    }
    this.check(address, length);
    return new ByteReader(this.source.view(address, address + length), this.source.name, address);
  }

  /**
   * Returns the content of a block between its signature and its checksum.
   *
   * @param length - Length of signature, content and checksum, in bytes.
   * @throws {@link ParseError} also if the signature or the checksum is wrong.
   */
  signed(signature: string, address: number, length: number): ByteReader {
    const block = this.at(address, Math.max(length, 2 * WORD));
    const bytes = block.peek();
    if (block.latin1(WORD) !== signature) block.fail(`missing block ${signature}`, 0);
    const content = block.block(bytes.length - 2 * WORD);
    this.verify(bytes.subarray(0, -WORD), block.u32le(), address + bytes.length - WORD);
    return content;
  }

  /**
   * @param checksum - Expected checksum, stored at the address.
   * @throws {@link ParseError} if the bytes have another checksum.
   */
  verify(bytes: Uint8Array, checksum: number, address: number): void {
    const found = lookup3(bytes);
    if (found === checksum) return;
    this.fail(address, `wrong checksum (got ${hex(found)}, expected ${hex(checksum)})`);
  }

  /** @throws {@link ParseError} if the range exceeds the file. */
  check(address: number, length: number): void {
    const room = this.source.length - address;
    if (!(address >= 0 && length >= 0 && length <= room)) {
      const place = isDefined(address) ? String(address) : 'no address';
      this.fail(0, `range exceeds the file (${String(length)} bytes at ${place})`);
    }
  }

  /**
   * Counts the bytes of a contiguous data set.
   *
   * @throws {@link ParseError} if they exceed the file, or all contiguous data sets together have more bytes
   *   than the file, which means that some overlap.
   */
  claimPlace(address: number, bytes: number): void {
    this.check(address, bytes);
    this.#bytesInPlace += bytes;
    if (this.#bytesInPlace <= this.source.length) return;
    this.fail(address, 'overlapping data sets: their total size exceeds the file');
  }

  /**
   * Counts the chunks of a data set and their uncompressed bytes.
   *
   * @throws {@link ParseError} if all data sets have too many chunks, or these exceed twice the file and 16 MiB.
   */
  claimChunks(address: number, count: number, bytes: number): void {
    this.#chunks += count;
    if (!(this.#chunks <= MOST_CHUNKS)) {
      const [got, most] = [String(this.#chunks), String(MOST_CHUNKS)];
      this.fail(address, `too many chunks (got ${got}, expected at most ${most})`);
    }
    this.#bytesInChunks += bytes;
    const limit = 2 * this.source.length + SPARE_BYTES;
    if (this.#bytesInChunks <= limit) return;
    const taken = String(this.#bytesInChunks);
    this.fail(address, `chunks too large (got ${taken} bytes, expected at most ${String(limit)})`);
  }

  /** @throws {@link ParseError} always, with this reason. */
  fail(address: number, reason: string): never {
    throw new ParseError(this.source.name, address, reason);
  }
}

/** True if a file starts with the HDF5 signature. */
export function isHdf5(head: Uint8Array): boolean {
  return Buffer.compare(head.subarray(0, MAGIC.length), MAGIC) === 0;
}

/** False for the undefined address. */
export function isDefined(address: number): boolean {
  return address < 2 ** 63;
}

function hex(word: number): string {
  return word.toString(16).padStart(8, '0');
}
