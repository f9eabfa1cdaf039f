import { ParseError } from './errors.js';

/**
 * Reads a file from front to back and never past its end: every reader of a format goes through it,
 * so that bounds are checked in one place.
 */
export class ByteReader {
  /** The name errors carry: the format or the file. */
  readonly source: string;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  /** Where the bytes start in their file. */
  readonly #base: number;
  #offset = 0;

  /** @param base - Where in the file the bytes start, for errors; everything else counts from their start. */
  constructor(bytes: Uint8Array, source: string, base = 0) {
    this.source = source;
    this.#base = base;
    // A Buffer's slice() shares memory where Uint8Array's copies, so a plain view is kept.
    this.#bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Bytes read so far. */
  get offset(): number {
    return this.#offset;
  }

  /** Bytes left. */
  get remaining(): number {
    return this.#bytes.length - this.#offset;
  }

  /** @throws {@link ParseError} always, with the place reached, or the one given. */
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

  /** Eight bytes, low byte first. Beyond 2⁵³ the number is rounded, hence still far too large. */
  u64le(): number {
    const low = this.u32le();
    return this.u32le() * 4294967296 + low;
  }

  /** A whole number of so many bytes, at most eight, low byte first; rounded beyond 2⁵³ as {@link u64le}. */
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

  /** The next `count` bytes as a reader of their own, which ends with them. */
  block(count: number): ByteReader {
    const start = this.#base + this.#offset;
    return new ByteReader(this.bytes(count), this.source, start);
  }

  /** A view of everything left, without reading it. */
  peek(): Uint8Array {
    return this.#bytes.subarray(this.#offset);
  }

  /** The next `count` bytes as characters of code 0 to 255. */
  latin1(count: number): string {
    return Array.from(this.bytes(count), (code) => String.fromCharCode(code)).join('');
  }

  #advance(count: number): number {
    const start = this.#offset;
    if (!(count >= 0 && count <= this.remaining)) {
      this.fail(`ends early: ${String(count)} bytes wanted, ${String(this.remaining)} left`);
    }
    this.#offset = start + count;
    return start;
  }
}
