import { applyRule } from '../autograd/op.js';
import type { OpRule } from '../autograd/op-rule.js';
import { reduce as compute, reduceBackward, type Reduction } from '../backend/reference/reduce.js';
import { ShapeError } from '../core/errors.js';
import { NO_PIXELS } from '../core/geometry.js';
import { numel } from '../core/shape.js';
import type { Tensor } from '../tensor/tensor.js';

/** Attributes of {@link reduce}. */
export interface ReduceAttrs {
  /** Function of the numbers. */
  readonly reduction: Reduction;
  /** Axes that are reduced, counted from 0. */
  readonly axes: readonly number[];
}

/** Rule of {@link reduce}. */
export const reduceRule: OpRule<readonly [Tensor], ReduceAttrs> = {
  name: 'reduce',
  computedBy: 'plain-loops',
  geometry: NO_PIXELS,
  inferShape([x], { reduction, axes }) {
    if (!axes.every((axis) => Number.isInteger(axis) && axis >= 0 && axis < x.shape.length)) {
      throw new ShapeError(`reduce: no axes ${axes.join(', ')} in ${x.describe()}`);
    }
    const picks = reduction !== 'sum';
    if (picks && numel(axes.map((axis) => x.shape[axis])) === 0) {
      throw new ShapeError(`reduce: no ${reduction} of nothing in ${x.describe()}`);
    }
    if (reduction.startsWith('argMax') && axes.length !== 1) {
      throw new ShapeError(`reduce: ${reduction} goes along one axis, got ${axes.join(', ')}`);
    }
    return x.shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent));
  },
  forward(_backend, [x], { reduction, axes }, y) {
    compute(x.data, x.shape, axes, reduction, y.data);
    return undefined;
  },
  backward(_backend, [x], { reduction, axes }, y) {
    reduceBackward(x.data, x.shape, axes, reduction, y.grad, x.grad);
  },
};

/**
 * Reduces axes to one element: `mean`, `sum`, `max`, `min`, or the index of the maximum (`argMax`: the first at a tie,
 * `argMaxLast`: the last), which has no gradient.
 *
 * Sums take their terms in row-major order, rounded each time. Of equal maxima the first takes the
 * gradient; a NaN wins.
 *
 * @param x - Any shape.
 * @returns The shape of x with 1 on those axes.
 * @throws {@link ShapeError} if an axis does not exist, or a reduction other than a sum has no elements.
 */
export function reduce(x: Tensor, attrs: ReduceAttrs): Tensor {
  return applyRule(reduceRule, [x], attrs);
}
