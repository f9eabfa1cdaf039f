import { applyRule } from '../autograd/op.js';
import type { NoAttrs, OpRule } from '../autograd/op-rule.js';
import { ShapeError } from '../core/errors.js';
import { POINTWISE } from '../core/geometry.js';
import { numel, type Shape } from '../core/shape.js';
import type { Tensor } from '../tensor/tensor.js';

/** Rule of {@link softmax}. */
export const softmaxRule: OpRule<readonly [Tensor], NoAttrs> = {
  name: 'softmax',
  computedBy: 'backend',
  geometry: POINTWISE,
  inferShape([x]) {
    if (x.shape.length < 2) throw new ShapeError(`softmax: no channels in ${x.describe()}`);
    return x.shape;
  },
  forward(backend, [x], _attrs, y) {
    backend.softmax(x.data, x.shape[1], innerOf(x.shape), y.data);
    return undefined;
  },
  backward(backend, [x], _attrs, y) {
    backend.softmaxBackward(y.data, y.grad, y.shape[1], innerOf(y.shape), x.grad);
  },
};

/** Positions of a channel. */
function innerOf(shape: Shape): number {
  return numel(shape.slice(2));
}

/**
 * Scores to probabilities, per pixel over the channels: y = exp(x − max) / Σ exp(x − max).
 *
 * A pixel with a NaN or +Infinity among its scores, or with −Infinity alone, becomes NaN.
 *
 * @param x - `[N, C, …]`.
 * @returns The same shape; each pixel's channels add up to 1.
 * @throws {@link ShapeError} if x has no channels.
 * @see Caffe's Softmax layer with axis 1.
 */
export function softmax(x: Tensor): Tensor {
  return applyRule(softmaxRule, [x], {});
}
