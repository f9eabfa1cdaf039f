/** Which places numbers come from, where they are put in another order. */
import { numel, type Shape } from '../core/shape.js';
import type { RearrangeAttrs } from '../ops/rearrange.js';

/** How far apart successive indices of an axis lie. */
export function strideOf(shape: Shape, axis: number): number {
  return numel(shape.slice(axis + 1));
}

/**
 * True if each index of each axis lies behind the one before it, from place 0 on.
 *
 * @param whole - The shape whose strides they lie apart; default: their own.
 */
export function isInOrder(
  tables: RearrangeAttrs['tables'],
  shape: Shape,
  whole: Shape = shape,
): boolean {
  return tables.every(
    (steps, axis) =>
      steps.length === shape[axis] && steps.every((step, i) => step === i * strideOf(whole, axis)),
  );
}
