import { sameShape, showShape, type Shape } from '../core/shape.js';
import { differenceOf, type Difference } from './difference.js';

/** Numbers with a shape, of any type. */
export interface ShapedNumbers {
  /** Extents, outermost first. */
  readonly shape: Shape;
  /** The numbers, row-major. */
  readonly data: ArrayLike<number> & Iterable<number>;
}

/** Comparison of an array with the expected one. */
export interface ArrayComparison extends Difference {
  /** True if it is within the tolerance. */
  readonly within: boolean;
  /** Reason why the arrays cannot be compared; otherwise empty. */
  readonly reason: string;
}

/** The comparison of arrays that cannot be compared. */
export function incomparable(reason: string): ArrayComparison {
  return { absolute: Infinity, relative: Infinity, ulps: Infinity, at: 0, within: false, reason };
}

/**
 * Compares an array with the expected one. Arrays of different shapes are incomparable, except single numbers,
 * whose axes of extent 1 are ignored.
 *
 * @param tolerance - Largest difference relative to the largest expected number.
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
