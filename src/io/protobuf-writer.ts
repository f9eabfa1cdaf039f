import { FcnError } from '../core/errors.js';
import { WIRE_TYPE } from './protobuf.js';

/**
 * Writes protobuf's wire format, field by field. The message is a list of pieces, so that numbers are not
 * copied: see {@link ProtobufWriter.pieces}.
 */
export class ProtobufWriter {
  readonly #pieces: Uint8Array[] = [];
  #tail: number[] = [];
  #length = 0;

  /** Bytes written so far. */
  get length(): number {
    return this.#length + this.#tail.length;
  }

  /** The message in pieces, in order. */
  pieces(): readonly Uint8Array[] {
    this.#flush();
    return this.#pieces;
  }

  /** The message in one piece. */
  toBytes(): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(this.length);
    let at = 0;
    for (const piece of this.pieces()) {
      bytes.set(piece, at);
      at += piece.length;
    }
    return bytes;
  }

  /**
   * An int32, int64, uint32, enum or bool.
   *
   * @throws {@link FcnError} unless it is a safe integer.
   */
  int(field: number, value: number): void {
    this.#tag(field, WIRE_TYPE.varint);
    this.#varint(value);
  }

  /** A float, rounded to four bytes. */
  float(field: number, value: number): void {
    this.#tag(field, WIRE_TYPE.fixed32);
    this.#append(new Uint8Array(Float32Array.of(value).buffer));
  }

  /** A double. */
  double(field: number, value: number): void {
    this.#tag(field, WIRE_TYPE.fixed64);
    this.#append(new Uint8Array(Float64Array.of(value).buffer));
  }

  /** Text in UTF-8. */
  text(field: number, value: string): void {
    this.bytes(field, new TextEncoder().encode(value));
  }

  /** Bytes, which must stay as they are until the message has been used. */
  bytes(field: number, value: Uint8Array): void {
    this.#tag(field, WIRE_TYPE.bytes);
    this.#varint(value.length);
    this.#append(value);
  }

  /** Packed integers. */
  ints(field: number, values: readonly number[]): void {
    const packed = new ProtobufWriter();
    for (const value of values) packed.#varint(value);
    this.bytes(field, packed.toBytes());
  }

  /** Packed floats, which must stay as they are until the message has been used. */
  floats(field: number, values: Float32Array): void {
    this.bytes(field, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }

  /** Packed doubles, which must stay as they are until the message has been used. */
  doubles(field: number, values: Float64Array): void {
    this.bytes(field, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }

  /** A message inside this one. */
  message(field: number, inner: ProtobufWriter): void {
    this.#tag(field, WIRE_TYPE.bytes);
    this.#varint(inner.length);
    for (const piece of inner.pieces()) this.#append(piece);
  }

  #tag(field: number, wireType: number): void {
    this.#varint(field * 8 + wireType);
  }

  #varint(value: number): void {
    if (!Number.isSafeInteger(value)) {
      throw new FcnError(
        `protobuf: invalid integer (got ${String(value)}, expected a safe integer)`,
      );
    }
    let rest = BigInt.asUintN(64, BigInt(value));
    while (rest > 0x7fn) {
      this.#tail.push(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    this.#tail.push(Number(rest));
  }

  #append(bytes: Uint8Array): void {
    this.#flush();
    if (bytes.length > 0) this.#pieces.push(bytes);
    this.#length += bytes.length;
  }

  #flush(): void {
    if (this.#tail.length === 0) return;
    this.#pieces.push(Uint8Array.from(this.#tail));
    this.#length += this.#tail.length;
    this.#tail = [];
  }
}
