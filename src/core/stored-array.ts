import { Digest, digestOfFloats } from './digest.js';
import type { NamedArray } from './named-arrays.js';
import { numel } from './shape.js';

/**
 * An array that is stored outside of memory, such as in a file, and read when it is needed: the weights of a
 * network need not be in memory all at once.
 */
export interface StoredArray extends NamedArray {
  /** All numbers; every access reads them again. Read large arrays in parts. */
  readonly data: Float32Array;
  /** Digest of the numbers' bits. */
  readonly digest: string;
  /** False if a number is infinite or NaN; undefined if unknown. */
  readonly finite?: boolean;
  /**
   * Reads a part.
   *
   * @param begin - The first number.
   * @param target - Filled with the numbers from `begin` on.
   */
  read(begin: number, target: Float32Array): void;
}

/** True if the numbers are stored outside of memory. */
function isStored(array: NamedArray): array is StoredArray {
  return 'read' in array;
}

/** True if an array does not share memory with `numbers`. */
export function isSeparateFrom(array: NamedArray, numbers: ArrayBufferView): boolean {
  return isStored(array) || array.data.buffer !== numbers.buffer;
}

/** Fills `target` with the numbers from `begin` on, from memory or from the file. */
export function readPart(array: NamedArray, begin: number, target: Float32Array): void {
  if (isStored(array)) array.read(begin, target);
  else target.set(array.data.subarray(begin, begin + target.length));
}

const digests = new WeakMap<NamedArray, string>();

/**
 * Digest of an array's bits, from memory or from the file. It is computed once per object, even if the
 * numbers change later.
 */
export function digestOfArray(array: NamedArray): string {
  const digest =
    digests.get(array) ?? (isStored(array) ? array.digest : digestOfFloats(array.data));
  digests.set(array, digest);
  return digest;
}

/** A new object with the current numbers, for a new digest: see {@link digestOfArray}. */
export function withFreshDigest(array: NamedArray): NamedArray {
  return isStored(array) ? array : { shape: array.shape, data: array.data };
}

/** True if no number is infinite or NaN. */
export function isFiniteArray(array: NamedArray): boolean {
  if (isStored(array) && array.finite !== undefined) return array.finite;
  const { data } = array;
  const digest = new Digest(data.length);
  digest.update(new Int32Array(data.buffer, data.byteOffset, data.length));
  return digest.finite;
}

/** Number of elements of an array; reads none of them. */
export function lengthOf(array: NamedArray): number {
  return isStored(array) ? numel(array.shape) : array.data.length;
}
