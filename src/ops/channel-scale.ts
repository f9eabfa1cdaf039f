import { applyRule } from '../autograd/op.js';
import type { NoAttrs, OpRule } from '../autograd/op-rule.js';
import { ShapeError } from '../core/errors.js';
import { POINTWISE, ofFirstInput } from '../core/geometry.js';
import { assertSameShape, numel, type Shape } from '../core/shape.js';
import type { Tensor } from '../tensor/tensor.js';

/** Rule of {@link channelScale}. */
export const channelScaleRule: OpRule<readonly [Tensor, Tensor, (Tensor | undefined)?], NoAttrs> = {
  name: 'channelScale',
  computedBy: 'backend',
  geometry: ofFirstInput(POINTWISE),
  inferShape([x, scale, shift]) {
    if (x.shape.length < 2) {
      throw new ShapeError(`channelScale: no channels in ${x.describe()}`);
    }
    assertSameShape('channelScale scale', [x.shape[1]], scale.shape);
    if (shift) assertSameShape('channelScale shift', [x.shape[1]], shift.shape);
    return x.shape;
  },
  forward(backend, [x, scale, shift], _attrs, y) {
    backend.channelScale(x.data, scale.data, shift?.data ?? null, innerOf(x.shape), y.data);
    return undefined;
  },
  backward(backend, [x, scale, shift], _attrs, y) {
    const inner = innerOf(x.shape);
    if (x.requiresGrad) backend.channelScaleBackwardInput(y.grad, scale.data, inner, x.grad);
    if (scale.requiresGrad) {
      backend.channelScaleBackwardScale(x.data, y.grad, inner, scale.grad);
    }
    if (shift?.requiresGrad) backend.biasBackward(y.grad, y.shape[1], inner, shift.grad);
  },
};

/** Positions of a channel. */
function innerOf(shape: Shape): number {
  return numel(shape.slice(2));
}

/**
 * A factor, and optionally a summand, for every channel: y[n, c, …] = x[n, c, …] · scale[c] + shift[c].
 *
 * @param x - `[N, C, …]`.
 * @param scale - `[C]`.
 * @param shift - `[C]`, or null.
 * @returns The shape of x.
 * @throws {@link ShapeError} if x has no channels, or scale or shift another number of them.
 * @see Caffe's Scale layer with axis 1.
 */
export function channelScale(x: Tensor, scale: Tensor, shift: Tensor | null = null): Tensor {
  return applyRule(channelScaleRule, [x, scale, shift ?? undefined], {});
}
