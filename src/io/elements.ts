/** Numbers in files: conversion to typed arrays by width, kind and byte order. */
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

/** Location of numbers: the arguments of a typed array's constructor. */
type Place = [buffer: ArrayBufferLike, start: number, count: number];

/** Storage of one kind of number. */
export interface ElementType {
  /** Bytes of one number. */
  readonly bytes: number;
  /** Returns the numbers at a location, low byte first; may share the memory. */
  readonly view: (...place: Place) => TypedArray;
}

/** A kind of number, by NumPy's name without the byte order; `bf2` is bfloat16. */
export type ElementKind = 'b1' | `${'i' | 'u'}${1 | 2 | 4 | 8}` | 'f2' | 'bf2' | 'f4' | 'f8';

/** Storage of each kind. */
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
 * Converts bytes to numbers; the result may share their memory.
 *
 * @param bytes - A multiple of the kind's width; big-endian bytes are swapped in place, and unaligned ones are
 *   copied.
 */
export function elementsOf(bytes: Uint8Array, kind: ElementKind, bigEndian: boolean): TypedArray {
  const type = ELEMENT_TYPES[kind];
  if (bigEndian) swapBytes(bytes, type.bytes);
  const aligned = bytes.byteOffset % type.bytes === 0 ? bytes : new Uint8Array(bytes);
  return type.view(aligned.buffer, aligned.byteOffset, aligned.byteLength / type.bytes);
}

/** Reads `count` numbers from byte `start` on; both must be within the source. */
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
