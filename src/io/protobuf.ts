import { ParseError } from '../core/errors.js';
import type { ByteSource } from './byte-source.js';

/** How a field's value is laid out. */
export const WIRE_TYPE = {
  varint: 0,
  fixed64: 1,
  bytes: 2,
  groupStart: 3,
  groupEnd: 4,
  fixed32: 5,
};

/** As deep as messages may lie in each other. */
const MAX_DEPTH = 64;
/** A varint holds 64 bits, seven per byte. */
const MAX_VARINT_BYTES = 10;
/** Bytes looked at together; what is longer is copied past the window. */
const WINDOW_BYTES = 1 << 16;
const MAX_FIELD = 2 ** 29 - 1;
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads protobuf's wire format, field by field, without a schema.
 *
 * Every length is held against the bytes left in the message around it; a varint has at most ten
 * bytes; messages lie at most 64 deep. Floats are copied straight to where they are wanted.
 *
 * @see https://protobuf.dev/programming-guides/encoding
 */
export class ProtobufReader {
  readonly #source: ByteSource;
  #window: Uint8Array = new Uint8Array(0);
  #windowStart = 0;
  #offset = 0;
  /** Where the innermost message ends. */
  #end: number;
  #depth = 0;
  #field = 0;
  #wireType = 0;
  /** True while the value of the field at hand is unread. */
  #pending = false;

  constructor(source: ByteSource) {
    this.#source = source;
    this.#end = source.length;
  }

  /** Bytes read so far. */
  get offset(): number {
    return this.#offset;
  }

  /** The layout of the field at hand, one of {@link WIRE_TYPE}. */
  get wireType(): number {
    return this.#wireType;
  }

  /** @throws {@link ParseError} always, with the place reached, or the one given. */
  fail(reason: string, offset: number = this.#offset): never {
    throw new ParseError(this.#source.name, offset, reason);
  }

  /**
   * Reads fields to the end of the message at hand: at first the whole source.
   *
   * @param take - Is given each field's number and reads its value; where it does not, the value is
   *   skipped, as fields of later versions have to be.
   * @throws {@link ParseError} on damage.
   */
  readFields(take: (field: number) => void): void {
    while (this.#offset < this.#end) {
      this.#readTag();
      take(this.#field);
      if (this.#pending) this.#skip();
    }
  }

  /** Reads the fields of the message that the field at hand holds. */
  message(take: (field: number) => void): void {
    const end = this.#beginBytes('a message');
    const outer = this.#end;
    this.#deeper();
    this.#end = end;
    this.readFields(take);
    this.#end = outer;
    this.#depth--;
  }

  /** A number ≥ 0 of up to 64 bits; beyond 2⁵³ it is rounded, hence still far too large. */
  uint(): number {
    this.#begin(WIRE_TYPE.varint, 'a varint');
    const [low, high] = this.#varint();
    return high * 2 ** 32 + low;
  }

  /** An int32, int64 or enum: two's complement in 64 bits; beyond ±2⁵³ it is rounded. */
  int(): number {
    this.#begin(WIRE_TYPE.varint, 'a varint');
    return signed(this.#varint());
  }

  /** True for any number but 0. */
  bool(): boolean {
    return this.uint() !== 0;
  }

  /** Four bytes as a float. */
  float(): number {
    this.#begin(WIRE_TYPE.fixed32, 'four bytes');
    const { buffer, byteOffset } = this.#take(4);
    return new DataView(buffer, byteOffset).getFloat32(0, true);
  }

  /** Eight bytes as a double. */
  double(): number {
    this.#begin(WIRE_TYPE.fixed64, 'eight bytes');
    const { buffer, byteOffset } = this.#take(8);
    return new DataView(buffer, byteOffset).getFloat64(0, true);
  }

  /** Text in UTF-8. */
  text(): string {
    const at = this.#offset;
    try {
      return UTF8.decode(this.bytes());
    } catch (error) {
      if (error instanceof ParseError) throw error;
      return this.fail(`field ${String(this.#field)} is not UTF-8`, at);
    }
  }

  /** The bytes of a field: a view of a source in memory. */
  bytes(): Uint8Array {
    const end = this.#beginBytes('bytes');
    const bytes = this.#source.view(this.#offset, end);
    this.#offset = end;
    return bytes;
  }

  /** Where the bytes of a field lie in the source, which keeps them. */
  range(): { readonly start: number; readonly end: number } {
    const end = this.#beginBytes('bytes');
    const start = this.#offset;
    this.#offset = end;
    return { start, end };
  }

  /** Hands each of a field's int64 on: one, or packed many. */
  ints(each: (value: number) => void): void {
    if (this.#wireType === WIRE_TYPE.varint) {
      each(this.int());
      return;
    }
    const end = this.#beginBytes('varints');
    const outer = this.#end;
    this.#end = end;
    while (this.#offset < end) each(signed(this.#varint()));
    this.#end = outer;
  }

  /** A field's floats, one or packed many, copied. */
  floats(): Float32Array {
    return this.#reals(Float32Array, WIRE_TYPE.fixed32);
  }

  /** A field's doubles, one or packed many, copied. */
  doubles(): Float64Array {
    return this.#reals(Float64Array, WIRE_TYPE.fixed64);
  }

  #reals<A extends Reals>(type: RealsConstructor<A>, single: number): A {
    const size = type.BYTES_PER_ELEMENT;
    let end: number;
    if (this.#wireType === single) {
      this.#begin(single, 'one number');
      end = this.#offset + size;
      if (end > this.#end) this.#endsEarly(size);
    } else {
      const at = this.#offset;
      end = this.#beginBytes('numbers');
      const bytes = end - this.#offset;
      if (bytes % size !== 0) {
        this.fail(`${String(bytes)} bytes are no whole count of ${String(size)}-byte numbers`, at);
      }
    }
    const reals = new type((end - this.#offset) / size);
    this.#source.copy(this.#offset, new Uint8Array(reals.buffer));
    this.#offset = end;
    return reals;
  }

  #readTag(): void {
    const at = this.#offset;
    const [low, high] = this.#varint();
    this.#field = low >>> 3;
    this.#wireType = low & 7;
    if (high !== 0 || this.#field === 0 || this.#field > MAX_FIELD) {
      this.fail('no such field number', at);
    }
    this.#pending = true;
  }

  #skip(): void {
    this.#pending = false;
    switch (this.#wireType) {
      case WIRE_TYPE.varint:
        this.#varint();
        return;
      case WIRE_TYPE.fixed64:
        this.#take(8);
        return;
      case WIRE_TYPE.fixed32:
        this.#take(4);
        return;
      case WIRE_TYPE.bytes:
        this.#pending = true;
        this.#offset = this.#beginBytes('bytes');
        return;
      case WIRE_TYPE.groupStart:
        this.#skipGroup(this.#field);
        return;
      default:
        this.fail(`field ${String(this.#field)} has wire type ${String(this.#wireType)}`);
    }
  }

  /** Skips to behind the tag that ends a group: the oldest way to nest. */
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
    if (++this.#depth > MAX_DEPTH) this.fail(`messages lie more than ${String(MAX_DEPTH)} deep`);
  }

  #begin(wireType: number, what: string): void {
    if (this.#wireType !== wireType) {
      this.fail(
        `field ${String(this.#field)} has wire type ${String(this.#wireType)}, not ${what}`,
      );
    }
    this.#pending = false;
  }

  /** Reads the length of the field at hand, and says where its bytes end. */
  #beginBytes(what: string): number {
    this.#begin(WIRE_TYPE.bytes, what);
    const at = this.#offset;
    const [low, high] = this.#varint();
    const length = high * 2 ** 32 + low;
    if (length > this.#end - this.#offset) {
      this.fail(
        `field ${String(this.#field)} is ${String(length)} bytes long, ` +
          `${String(this.#end - this.#offset)} are left`,
        at,
      );
    }
    return this.#offset + length;
  }

  /** The low and the high 32 bits of a varint. */
  #varint(): readonly [low: number, high: number] {
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
    return this.fail('a varint of more than 64 bits', at);
  }

  #byte(): number {
    const offset = this.#offset;
    if (offset >= this.#end) this.#endsEarly(1);
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

  #take(count: number): Uint8Array {
    const start = this.#offset;
    if (count > this.#end - start) this.#endsEarly(count);
    this.#offset = start + count;
    return this.#source.view(start, start + count);
  }

  #endsEarly(wanted: number): never {
    this.fail(
      `ends early: ${String(wanted)} bytes wanted, ${String(this.#end - this.#offset)} left`,
    );
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
