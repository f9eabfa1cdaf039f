import { Digest, digestOfFloats } from './digest.js';
import type { NamedArray } from './named-arrays.js';
import { numel } from './shape.js';

/**
 * An array that lies elsewhere, in a file say, and is read when it is needed: a network's weights can be
 * used without ever being in memory all at once.
 */
export interface StoredArray extends NamedArray {
  /** All numbers, read anew each time they are asked for. Large arrays are better read in parts. */
  readonly data: Float32Array;
  /** Digest of the numbers' bits. */
  readonly digest: string;
  /** False if one of them is infinite or NaN; left out where that is not known. */
  readonly finite?: boolean;
  /**
   * Reads a part.
   *
   * @param begin - The first number.
   * @param target - Filled with the numbers from there on.
   */
  read(begin: number, target: Float32Array): void;
}

/** True if the numbers lie elsewhere. */
function isStored(array: NamedArray): array is StoredArray {
  return 'read' in array;
}

/** True if an array's numbers do not lie in the memory of these. */
export function liesApart(array: NamedArray, numbers: ArrayBufferView): boolean {
  return isStored(array) || array.data.buffer !== numbers.buffer;
}

/** Copies the numbers from `begin` on, as many as there is room for, wherever they lie. */
export function readPart(array: NamedArray, begin: number, target: Float32Array): void {
  if (isStored(array)) array.read(begin, target);
  else target.set(array.data.subarray(begin, begin + target.length));
}

const digests = new WeakMap<NamedArray, string>();

/**
 * Digest of an array's bits, wherever they lie: computed once for each object, however its numbers may
 * change afterwards.
 */
export function digestOfArray(array: NamedArray): string {
  const digest =
    digests.get(array) ?? (isStored(array) ? array.digest : digestOfFloats(array.data));
  digests.set(array, digest);
  return digest;
}

/** The same numbers, at this moment, as an object of its own: see {@link digestOfArray}. */
export function arrayNow(array: NamedArray): NamedArray {
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

/** How many numbers an array has, without reading any. */
export function lengthOf(array: NamedArray): number {
  return isStored(array) ? numel(array.shape) : array.data.length;
}
