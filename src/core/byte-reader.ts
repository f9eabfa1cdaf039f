import { ParseError } from './errors.js';

/**
 * Reads bytes in order and never past their end. Every format reader uses it, so that bounds are checked in
 * one place.
 */
export class ByteReader {
  /** Name of the format or file, for errors. */
  readonly source: string;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  /** Offset of the bytes in their file. */
  readonly #base: number;
  #offset = 0;

  /** @param base - Offset of the bytes in their file; used only for errors. */
  constructor(bytes: Uint8Array, source: string, base = 0) {
    this.source = source;
    this.#base = base;
    // A Buffer's slice() shares memory where Uint8Array's copies, so a plain view is kept.
    this.#bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Number of bytes read. */
  get offset(): number {
    return this.#offset;
  }

  /** Number of bytes left. */
  get remaining(): number {
    return this.#bytes.length - this.#offset;
  }

  /** @throws {@link ParseError} always, at the current offset or the given one. */
  fail(reason: string, offset: number = this.#offset): never {
    throw new ParseError(this.source, this.#base + offset, reason);
  }

  /** One byte. */
  u8(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  /** Two bytes, high byte first. */
  u16be(): number {
    return this.#view.getUint16(this.#advance(2));
  }

  /** Two bytes, low byte first. */
  u16le(): number {
    return this.#view.getUint16(this.#advance(2), true);
  }

  /** Four bytes, high byte first. */
  u32be(): number {
    return this.#view.getUint32(this.#advance(4));
  }

  /** Four bytes, low byte first. */
  u32le(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }

  /** Eight bytes, low byte first. Above 2⁵³ the number is rounded, so that it still exceeds every limit. */
  u64le(): number {
    const low = this.u32le();
    return this.u32le() * 4294967296 + low;
  }

  /** Unsigned integer of `count` ≤ 8 bytes, low byte first; rounded above 2⁵³, as in {@link u64le}. */
  uint(count: number): number {
    return this.bytes(count).reduceRight((value, byte) => value * 256 + byte, 0);
  }

  /** Four bytes, low byte first, two's complement. */
  i32le(): number {
    return this.#view.getInt32(this.#advance(4), true);
  }

  /** Eight bytes, high byte first, as a float64. */
  f64be(): number {
    return this.#view.getFloat64(this.#advance(8));
  }

  /** A view of the next `count` bytes; its `slice()` copies. */
  bytes(count: number): Uint8Array {
    const start = this.#advance(count);
    return this.#bytes.subarray(start, start + count);
  }

  /** A reader limited to the next `count` bytes. */
  block(count: number): ByteReader {
    const start = this.#base + this.#offset;
    return new ByteReader(this.bytes(count), this.source, start);
  }

  /** A view of the remaining bytes; the offset stays. */
  peek(): Uint8Array {
    return this.#bytes.subarray(this.#offset);
  }

  /** The next `count` bytes as text in Latin-1. */
  latin1(count: number): string {
    return Array.from(this.bytes(count), (code) => String.fromCharCode(code)).join('');
  }

  #advance(count: number): number {
    const start = this.#offset;
    if (!(count >= 0 && count <= this.remaining)) {
      const got = String(this.remaining);
      this.fail(`ends early (got ${got} bytes, expected ${String(count)})`);
    }
    this.#offset = start + count;
    return start;
  }
}
