import { ParseError } from '../core/errors.js';
import type { ByteSource } from './byte-source.js';
import { WireCursor } from './wire-cursor.js';

/** Wire types: the encodings of a field's value. */
export const WIRE_TYPE = {
  varint: 0,
  fixed64: 1,
  bytes: 2,
  groupStart: 3,
  groupEnd: 4,
  fixed32: 5,
};

/** Nesting limit of messages. */
const MAX_DEPTH = 64;
const MAX_FIELD = 2 ** 29 - 1;
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads protobuf's wire format, field by field, without a schema.
 *
 * Every length is checked against the remaining bytes of the enclosing message; a varint has at most ten
 * bytes; messages nest at most 64 levels deep. Floats are copied only once, into the array that is returned.
 *
 * @see https://protobuf.dev/programming-guides/encoding
 */
export class ProtobufReader {
  readonly #source: ByteSource;
  readonly #cursor: WireCursor;
  #depth = 0;
  #field = 0;
  #wireType = 0;
  /** True while the value of the current field is unread. */
  #pending = false;

  constructor(source: ByteSource) {
    this.#source = source;
    this.#cursor = new WireCursor(source);
  }

  /** Number of bytes read. */
  get offset(): number {
    return this.#cursor.offset;
  }

  /** Wire type of the current field, one of {@link WIRE_TYPE}. */
  get wireType(): number {
    return this.#wireType;
  }

  /** @throws {@link ParseError} always, at the current offset or the given one. */
  fail(reason: string, offset: number = this.#cursor.offset): never {
    return this.#cursor.fail(reason, offset);
  }

  /**
   * Reads the fields up to the end of the current message; the outermost message is the whole source.
   *
   * @param take - Called with each field number; reads the value. A value that it does not read is
   *   skipped, as fields of later versions must be.
   * @throws {@link ParseError} on damage.
   */
  readFields(take: (field: number) => void): void {
    while (this.#cursor.offset < this.#cursor.end) {
      this.#readTag();
      take(this.#field);
      if (this.#pending) this.#skip();
    }
  }

  /** Reads the fields of the message in the current field. */
  message(take: (field: number) => void): void {
    const end = this.#beginBytes('a message');
    const outer = this.#cursor.end;
    this.#deeper();
    this.#cursor.end = end;
    this.readFields(take);
    this.#cursor.end = outer;
    this.#depth--;
  }

  /** Reads an unsigned integer of up to 64 bits; above 2⁵³ it is rounded, so that it still exceeds every limit. */
  uint(): number {
    this.#begin(WIRE_TYPE.varint, 'a varint');
    const [low, high] = this.#cursor.varint();
    return high * 2 ** 32 + low;
  }

  /** Reads an int32, int64 or enum: two's complement in 64 bits; beyond ±2⁵³ it is rounded. */
  int(): number {
    this.#begin(WIRE_TYPE.varint, 'a varint');
    return signed(this.#cursor.varint());
  }

  /** Reads a bool: true for any number except 0. */
  bool(): boolean {
    return this.uint() !== 0;
  }

  /** Reads a float of four bytes. */
  float(): number {
    this.#begin(WIRE_TYPE.fixed32, 'four bytes');
    const { buffer, byteOffset } = this.#cursor.take(4);
    return new DataView(buffer, byteOffset).getFloat32(0, true);
  }

  /** Reads a double of eight bytes. */
  double(): number {
    this.#begin(WIRE_TYPE.fixed64, 'eight bytes');
    const { buffer, byteOffset } = this.#cursor.take(8);
    return new DataView(buffer, byteOffset).getFloat64(0, true);
  }

  /** Reads a string in UTF-8. */
  text(): string {
    const at = this.#cursor.offset;
    try {
      return UTF8.decode(this.bytes());
    } catch (error) {
      if (error instanceof ParseError) throw error;
      return this.fail(`field ${String(this.#field)} is not UTF-8`, at);
    }
  }

  /** Reads the bytes of a length-delimited field, as a view if the source is in memory. */
  bytes(): Uint8Array {
    const end = this.#beginBytes('bytes');
    const bytes = this.#source.view(this.#cursor.offset, end);
    this.#cursor.moveTo(end);
    return bytes;
  }

  /** Skips the bytes of a length-delimited field and returns their range in the source. */
  range(): { readonly start: number; readonly end: number } {
    const end = this.#beginBytes('bytes');
    const start = this.#cursor.offset;
    this.#cursor.moveTo(end);
    return { start, end };
  }

  /** Calls `each` with every int64 of a field, packed or not. */
  ints(each: (value: number) => void): void {
    if (this.#wireType === WIRE_TYPE.varint) {
      each(this.int());
      return;
    }
    const end = this.#beginBytes('varints');
    const outer = this.#cursor.end;
    this.#cursor.end = end;
    while (this.#cursor.offset < end) each(signed(this.#cursor.varint()));
    this.#cursor.end = outer;
  }

  /** Reads the floats of a field, packed or not, as a copy. */
  floats(): Float32Array {
    return this.#reals(Float32Array, WIRE_TYPE.fixed32);
  }

  /** Reads the doubles of a field, packed or not, as a copy. */
  doubles(): Float64Array {
    return this.#reals(Float64Array, WIRE_TYPE.fixed64);
  }

  #reals<A extends Reals>(type: RealsConstructor<A>, single: number): A {
    const size = type.BYTES_PER_ELEMENT;
    let end: number;
    if (this.#wireType === single) {
      this.#begin(single, 'one number');
      end = this.#cursor.offset + size;
      if (end > this.#cursor.end) this.#cursor.endsEarly(size);
    } else {
      const at = this.#cursor.offset;
      end = this.#beginBytes('numbers');
      const bytes = end - this.#cursor.offset;
      if (bytes % size !== 0) {
        this.fail(
          `incomplete numbers (got ${String(bytes)} bytes, expected a multiple of ${String(size)})`,
          at,
        );
      }
    }
    const reals = new type((end - this.#cursor.offset) / size);
    this.#cursor.copy(new Uint8Array(reals.buffer));
    return reals;
  }

  #readTag(): void {
    const at = this.#cursor.offset;
    const [low, high] = this.#cursor.varint();
    this.#field = low >>> 3;
    this.#wireType = low & 7;
    if (high !== 0 || this.#field === 0 || this.#field > MAX_FIELD) {
      this.fail('invalid field number in a tag', at);
    }
    this.#pending = true;
  }

  #skip(): void {
    this.#pending = false;
    switch (this.#wireType) {
      case WIRE_TYPE.varint:
        this.#cursor.varint();
        return;
      case WIRE_TYPE.fixed64:
        this.#cursor.take(8);
        return;
      case WIRE_TYPE.fixed32:
        this.#cursor.take(4);
        return;
      case WIRE_TYPE.bytes:
        this.#pending = true;
        this.#cursor.moveTo(this.#beginBytes('bytes'));
        return;
      case WIRE_TYPE.groupStart:
        this.#skipGroup(this.#field);
        return;
      default:
        this.fail(`field ${String(this.#field)}: unsupported wire type ${String(this.#wireType)}`);
    }
  }

  /** Skips a group (deprecated in protobuf), including its end tag. */
  #skipGroup(group: number): void {
    this.#deeper();
    for (;;) {
      this.#readTag();
      if (this.#wireType === WIRE_TYPE.groupEnd && this.#field === group) break;
      this.#skip();
    }
    this.#pending = false;
    this.#depth--;
  }

  #deeper(): void {
    if (++this.#depth > MAX_DEPTH)
      this.fail(`messages nest too deep (expected at most ${String(MAX_DEPTH)} levels)`);
  }

  #begin(wireType: number, what: string): void {
    if (this.#wireType !== wireType) {
      this.fail(
        `field ${String(this.#field)}: wrong wire type (got ${String(this.#wireType)}, expected ${what})`,
      );
    }
    this.#pending = false;
  }

  /** Reads the length of the current field and returns the offset after its bytes. */
  #beginBytes(what: string): number {
    this.#begin(WIRE_TYPE.bytes, what);
    const at = this.#cursor.offset;
    const [low, high] = this.#cursor.varint();
    const length = high * 2 ** 32 + low;
    if (length > this.#cursor.remaining) {
      this.fail(
        `field ${String(this.#field)}: length exceeds the message ` +
          `(got ${String(length)} bytes, expected at most ${String(this.#cursor.remaining)})`,
        at,
      );
    }
    return this.#cursor.offset + length;
  }
}

type Reals = Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;

interface RealsConstructor<A extends Reals> {
  readonly BYTES_PER_ELEMENT: number;
  new (length: number): A;
}

function signed([low, high]: readonly [number, number]): number {
  return (high | 0) * 2 ** 32 + low;
}
