import { numel, type Shape } from '../../core/shape.js';

/** Strides of a row-major array, in elements. */
export function rowMajorStrides(shape: Shape): number[] {
  return shape.map((_, axis) => numel(shape.slice(axis + 1)));
}

/**
 * Visits a shape in row-major order, with the index of each element in two other arrays.
 *
 * @param first - Stride of each axis in the first array, in elements; 0 repeats the array.
 * @param second - Stride of each axis in the second array.
 */
export function forEachPlace(
  shape: Shape,
  first: readonly number[],
  second: readonly number[],
  visit: (at: number, first: number, second: number) => void,
): void {
  let at = 0;
  const walk = (axis: number, one: number, two: number): void => {
    if (axis === shape.length) {
      visit(at++, one, two);
      return;
    }
    for (let i = 0; i < shape[axis]; i++) {
      walk(axis + 1, one + i * first[axis], two + i * second[axis]);
    }
  };
  walk(0, 0, 0);
}
