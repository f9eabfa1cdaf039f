import { numel, type Shape } from '../../core/shape.js';

/** Elements from an index of an axis to the next, for each axis of a row-major array. */
export function rowMajorStrides(shape: Shape): number[] {
  return shape.map((_, axis) => numel(shape.slice(axis + 1)));
}

/**
 * Walks over a shape in row-major order and says where each element lies in two other arrays.
 *
 * @param first - Elements from an index to the next in the first array, per axis; 0 repeats it.
 * @param second - The same of the second array.
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
