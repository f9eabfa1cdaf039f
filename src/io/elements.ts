/** Numbers as files store them: width, kind and byte order, to and from typed arrays. */
import type { ByteSource } from './byte-source.js';
import { widenBfloat16, widenHalf } from './half.js';

/** Any typed array of numbers. */
export type TypedArray =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | Float32Array
  | Float64Array;

/** Where numbers lie: what the constructor of a typed array takes. */
type Place = [buffer: ArrayBufferLike, start: number, count: number];

/** How one kind of number is stored. */
export interface ElementType {
  /** Bytes of one number. */
  readonly bytes: number;
  /** The numbers that lie there in the order of this machine, which is low byte first; may share the memory. */
  readonly view: (...place: Place) => TypedArray;
}

/** A kind of number, by the name NumPy gives it without byte order; `bf2` is bfloat16. */
export type ElementKind = 'b1' | `${'i' | 'u'}${1 | 2 | 4 | 8}` | 'f2' | 'bf2' | 'f4' | 'f8';

/** How each kind is stored. */
export const ELEMENT_TYPES: Readonly<Record<ElementKind, ElementType>> = {
  b1: { bytes: 1, view: (...at) => new Uint8Array(...at).map((byte) => (byte === 0 ? 0 : 1)) },
  i1: { bytes: 1, view: (...at) => new Int8Array(...at) },
  u1: { bytes: 1, view: (...at) => new Uint8Array(...at) },
  i2: { bytes: 2, view: (...at) => new Int16Array(...at) },
  u2: { bytes: 2, view: (...at) => new Uint16Array(...at) },
  i4: { bytes: 4, view: (...at) => new Int32Array(...at) },
  u4: { bytes: 4, view: (...at) => new Uint32Array(...at) },
  i8: { bytes: 8, view: (...at) => new BigInt64Array(...at) },
  u8: { bytes: 8, view: (...at) => new BigUint64Array(...at) },
  f2: { bytes: 2, view: (...at) => widenHalf(new Uint16Array(...at)) },
  bf2: { bytes: 2, view: (...at) => widenBfloat16(new Uint16Array(...at)) },
  f4: { bytes: 4, view: (...at) => new Float32Array(...at) },
  f8: { bytes: 8, view: (...at) => new Float64Array(...at) },
};

/** True for the name of a kind of number. */
export function isElementKind(name: string): name is ElementKind {
  return Object.hasOwn(ELEMENT_TYPES, name);
}

/**
 * Numbers from bytes, whose memory the result may share.
 *
 * @param bytes - A multiple of the kind's width; they are swapped in place where the high byte comes first, and copied
 *   where they do not start at a multiple of it.
 */
export function elementsOf(bytes: Uint8Array, kind: ElementKind, bigEndian: boolean): TypedArray {
  const type = ELEMENT_TYPES[kind];
  if (bigEndian) swapBytes(bytes, type.bytes);
  const aligned = bytes.byteOffset % type.bytes === 0 ? bytes : new Uint8Array(bytes);
  return type.view(aligned.buffer, aligned.byteOffset, aligned.byteLength / type.bytes);
}

/** Numbers from a place in a source; `start` and `count` must lie within it. */
export function readElements(
  source: ByteSource,
  start: number,
  count: number,
  { kind, bigEndian }: { readonly kind: ElementKind; readonly bigEndian: boolean },
): TypedArray {
  const bytes = new Uint8Array(count * ELEMENT_TYPES[kind].bytes);
  source.copy(start, bytes);
  return elementsOf(bytes, kind, bigEndian);
}

/** Numbers that JavaScript computes with: 64-bit integers are doubles, the others as they are. */
export type NumberArray = Exclude<TypedArray, BigInt64Array | BigUint64Array>;

/** The numbers as {@link NumberArray}; the same memory unless they are 64-bit integers. */
export function toNumberArray(numbers: TypedArray): NumberArray {
  const isBig = numbers instanceof BigInt64Array || numbers instanceof BigUint64Array;
  return isBig ? Float64Array.from(numbers, Number) : numbers;
}

/** The nearest float32 of every number; the same memory if they are float32 already. */
export function toFloat32(numbers: TypedArray): Float32Array {
  return numbers instanceof Float32Array ? numbers : Float32Array.from(toNumberArray(numbers));
}

function swapBytes(bytes: Uint8Array, width: number): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (width === 2) buffer.swap16();
  else if (width === 4) buffer.swap32();
  else if (width === 8) buffer.swap64();
}
