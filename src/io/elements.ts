/** Numbers as files store them: width, kind and byte order, to and from typed arrays. */
import type { ByteSource } from './byte-source.js';
import { widenBfloat16, widenHalf } from './half.js';

/** Any typed array of numbers. */
export type Numbers =
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

/** How one kind of number is stored. */
export interface ElementType {
  /** Bytes of one number. */
  readonly bytes: number;
  /** The numbers of a payload in the order of this machine, which is low byte first; may share its memory. */
  readonly view: (payload: ArrayBuffer) => Numbers;
}

/** A kind of number, by the name NumPy gives it without byte order; `bf2` is bfloat16. */
export type ElementKind = 'b1' | `${'i' | 'u'}${1 | 2 | 4 | 8}` | 'f2' | 'bf2' | 'f4' | 'f8';

/** How each kind is stored. */
export const ELEMENT_TYPES: Readonly<Record<ElementKind, ElementType>> = {
  b1: { bytes: 1, view: (payload) => new Uint8Array(payload).map((byte) => (byte === 0 ? 0 : 1)) },
  i1: { bytes: 1, view: (payload) => new Int8Array(payload) },
  u1: { bytes: 1, view: (payload) => new Uint8Array(payload) },
  i2: { bytes: 2, view: (payload) => new Int16Array(payload) },
  u2: { bytes: 2, view: (payload) => new Uint16Array(payload) },
  i4: { bytes: 4, view: (payload) => new Int32Array(payload) },
  u4: { bytes: 4, view: (payload) => new Uint32Array(payload) },
  i8: { bytes: 8, view: (payload) => new BigInt64Array(payload) },
  u8: { bytes: 8, view: (payload) => new BigUint64Array(payload) },
  f2: { bytes: 2, view: (payload) => widenHalf(new Uint16Array(payload)) },
  bf2: { bytes: 2, view: (payload) => widenBfloat16(new Uint16Array(payload)) },
  f4: { bytes: 4, view: (payload) => new Float32Array(payload) },
  f8: { bytes: 8, view: (payload) => new Float64Array(payload) },
};

/** True for the name of a kind of number. */
export function isElementKind(name: string): name is ElementKind {
  return Object.hasOwn(ELEMENT_TYPES, name);
}

/**
 * Numbers from fresh bytes, which the result takes over.
 *
 * @param bytes - A multiple of the kind's width, at the start of a buffer of their own.
 */
export function elementsOf(
  bytes: Uint8Array<ArrayBuffer>,
  kind: ElementKind,
  bigEndian: boolean,
): Numbers {
  const type = ELEMENT_TYPES[kind];
  if (bigEndian) swapBytes(bytes, type.bytes);
  return type.view(bytes.buffer);
}

/** Numbers from a place in a source; `start` and `count` must lie within it. */
export function readElements(
  source: ByteSource,
  start: number,
  count: number,
  { kind, bigEndian }: { readonly kind: ElementKind; readonly bigEndian: boolean },
): Numbers {
  const bytes = new Uint8Array(count * ELEMENT_TYPES[kind].bytes);
  source.copy(start, bytes);
  return elementsOf(bytes, kind, bigEndian);
}

/** The nearest float32 of every number; the same memory if they are float32 already. */
export function toFloat32(numbers: Numbers): Float32Array {
  if (numbers instanceof Float32Array) return numbers;
  if (numbers instanceof BigInt64Array || numbers instanceof BigUint64Array) {
    return Float32Array.from(numbers, Number);
  }
  return Float32Array.from(numbers);
}

function swapBytes(bytes: Uint8Array, width: number): void {
  for (let at = 0; at + width <= bytes.length; at += width) {
    bytes.subarray(at, at + width).reverse();
  }
}
