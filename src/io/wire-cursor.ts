import { ParseError } from '../core/errors.js';
import type { ByteSource } from './byte-source.js';

/** Length limit of a varint: 64 bits, seven per byte. */
const MAX_VARINT_BYTES = 10;
/** Bytes that are viewed at a time; longer values are copied without the window. */
const WINDOW_BYTES = 1 << 16;

/**
 * Position in a protobuf message: reads varints and fixed-size values, and never past the end of the
 * innermost message.
 */
export class WireCursor {
  /** End of the innermost message, in bytes from the start of the source. */
  end: number;
  readonly #source: ByteSource;
  #window: Uint8Array = new Uint8Array(0);
  #windowStart = 0;
  #offset = 0;

  constructor(source: ByteSource) {
    this.#source = source;
    this.end = source.length;
  }

  /** Number of bytes read. */
  get offset(): number {
    return this.#offset;
  }

  /** Number of bytes left in the innermost message. */
  get remaining(): number {
    return this.end - this.#offset;
  }

  /** @throws {@link ParseError} always, at the current offset or the given one. */
  fail(reason: string, offset: number = this.#offset): never {
    throw new ParseError(this.#source.name, offset, reason);
  }

  /** Moves to an offset within the innermost message. */
  moveTo(offset: number): void {
    this.#offset = offset;
  }

  /** Returns the next `count` bytes, as a view if the source is in memory. */
  take(count: number): Uint8Array {
    const start = this.#offset;
    if (count > this.end - start) this.endsEarly(count);
    this.#offset = start + count;
    return this.#source.view(start, start + count);
  }

  /** Fills `target` with the next bytes, all of which must be in the innermost message. */
  copy(target: Uint8Array): void {
    this.#source.copy(this.#offset, target);
    this.#offset += target.length;
  }

  /** Reads a varint as its low and high 32 bits. */
  varint(): readonly [low: number, high: number] {
    const at = this.#offset;
    let low = 0;
    let high = 0;
    for (let i = 0; i < MAX_VARINT_BYTES; i++) {
      const byte = this.#byte();
      const bits = byte & 0x7f;
      if (i < 4) low |= bits << (7 * i);
      else if (i > 4) high |= bits << (7 * i - 32);
      else {
        low |= bits << 28;
        high = bits >>> 4;
      }
      if (byte < 0x80) {
        if (i === MAX_VARINT_BYTES - 1 && byte > 1) break;
        return [low >>> 0, high >>> 0];
      }
    }
    return this.fail('varint exceeds 64 bits', at);
  }

  /** @throws {@link ParseError} always: the message has fewer than `wanted` bytes left. */
  endsEarly(wanted: number): never {
    this.fail(`ends early (got ${String(this.remaining)} bytes, expected ${String(wanted)})`);
  }

  #byte(): number {
    const offset = this.#offset;
    if (offset >= this.end) this.endsEarly(1);
    let at = offset - this.#windowStart;
    if (at < 0 || at >= this.#window.length) {
      this.#windowStart = offset;
      this.#window = this.#source.view(
        offset,
        Math.min(offset + WINDOW_BYTES, this.#source.length),
      );
      at = 0;
    }
    this.#offset = offset + 1;
    return this.#window[at];
  }
}
