import { sameShape, showShape, type Shape } from '../core/shape.js';
import { differenceOf, type Difference } from './difference.js';

/** Numbers with a shape, of whatever type. */
export interface ShapedNumbers {
  /** Extents, outermost first. */
  readonly shape: Shape;
  /** The numbers, row-major. */
  readonly data: ArrayLike<number> & Iterable<number>;
}

/** How an array compares with what was expected. */
export interface ArrayComparison extends Difference {
  /** True if it is within the tolerance. */
  readonly within: boolean;
  /** Why it could not be compared; empty if it was. */
  readonly reason: string;
}

/** The comparison of arrays that cannot be compared. */
export function incomparable(reason: string): ArrayComparison {
  return { absolute: Infinity, relative: Infinity, ulps: Infinity, at: 0, within: false, reason };
}

/**
 * Compares an array with the one that was expected. Arrays of other shapes are incomparable, but for a single
 * number, which is written with axes or without.
 *
 * @param tolerance - Largest difference as a share of the largest number that was expected.
 */
export function compareArrays(
  actual: ShapedNumbers,
  expected: ShapedNumbers,
  tolerance: number,
): ArrayComparison {
  const areSingle = actual.data.length === 1 && expected.data.length === 1;
  if (!areSingle && !sameShape(actual.shape, expected.shape)) {
    return incomparable(`${showShape(actual.shape)}, expected ${showShape(expected.shape)}`);
  }
  const difference = differenceOf(actual.data, expected.data);
  return { ...difference, within: difference.relative <= tolerance, reason: '' };
}
