/** Order of the places from which a rearrangement takes its numbers. */
import { numel, type Shape } from '../core/shape.js';
import type { TakeElementsAttrs } from '../ops/take-elements.js';

/** Distance in row-major order between successive indices of an axis. */
export function strideOf(shape: Shape, axis: number): number {
  return numel(shape.slice(axis + 1));
}

/**
 * True if the tables take successive indices of every axis, starting at place 0.
 *
 * @param whole - Shape of the input, whose strides the tables use; default: `shape`.
 */
export function isInOrder(
  tables: TakeElementsAttrs['tables'],
  shape: Shape,
  whole: Shape = shape,
): boolean {
  return tables.every(
    (steps, axis) =>
      steps.length === shape[axis] && steps.every((step, i) => step === i * strideOf(whole, axis)),
  );
}
