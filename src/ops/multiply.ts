import { applyRule } from '../autograd/op.js';
import type { NoAttrs, OpRule } from '../autograd/op-rule.js';
import { POINTWISE } from '../core/geometry.js';
import { assertSameShape } from '../core/shape.js';
import type { Tensor } from '../tensor/tensor.js';

/** Rule of {@link multiply}. */
export const multiplyRule: OpRule<readonly [Tensor, Tensor], NoAttrs> = {
  name: 'multiply',
  computedBy: 'backend',
  geometry: POINTWISE,
  inferShape([a, b]) {
    assertSameShape('multiply', a.shape, b.shape);
    return a.shape;
  },
  // Every number is a channel of its own, of one position.
  forward(backend, [a, b], _attrs, y) {
    backend.channelScale(a.data, b.data, null, 1, y.data);
    return undefined;
  },
  backward(backend, [a, b], _attrs, y) {
    if (a.requiresGrad) backend.channelScaleBackwardInput(y.grad, b.data, 1, a.grad);
    if (b.requiresGrad) backend.channelScaleBackwardInput(y.grad, a.data, 1, b.grad);
  },
};

/**
 * Product of two tensors, element by element.
 *
 * @param a - Any shape.
 * @param b - The same shape.
 * @returns The same shape.
 * @throws {@link ShapeError} if shapes differ.
 * @see Caffe's Eltwise layer with operation PROD.
 */
export function multiply(a: Tensor, b: Tensor): Tensor {
  return applyRule(multiplyRule, [a, b], {});
}
