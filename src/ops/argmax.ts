import { FcnError, ShapeError } from '../core/errors.js';
import { numel } from '../core/shape.js';
import type { Tensor } from '../tensor/tensor.js';

/** As many classes as a byte has values. */
const MOST_CLASSES = 256;

/**
 * The class map: per pixel, the channel with the largest score.
 *
 * The lowest channel wins a tie. A NaN never wins; where all are NaN the class is 0. No gradient.
 *
 * @param scores - `[N, C, …]`, 1 ≤ C ≤ 256.
 * @returns One byte per pixel, `[N, …]` in row-major order.
 * @throws {@link ShapeError} if there is no channel or there are too many.
 * @throws {@link FcnError} for a dry tensor.
 */
export function argmax(scores: Tensor): Uint8Array {
  const { backend, shape } = scores;
  if (!(shape.length >= 2 && shape[1] >= 1 && shape[1] <= MOST_CLASSES)) {
    throw new ShapeError(
      `argmax: expected 1 to ${String(MOST_CLASSES)} channels, got ${scores.describe()}`,
    );
  }
  if (backend === null) throw new FcnError('argmax: a dry tensor has no numbers');
  const inner = numel(shape.slice(2));
  const classes = new Uint8Array(shape[0] * inner);
  backend.argmax(scores.data, shape[1], inner, classes);
  return classes;
}
