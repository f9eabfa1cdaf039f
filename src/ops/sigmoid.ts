import { applyRule } from '../autograd/op.js';
import type { NoAttrs, OpRule } from '../autograd/op-rule.js';
import { POINTWISE } from '../core/geometry.js';
import type { Tensor } from '../tensor/tensor.js';

/** Rule of {@link sigmoid}. */
export const sigmoidRule: OpRule<readonly [Tensor], NoAttrs> = {
  name: 'sigmoid',
  computedBy: 'backend',
  geometry: POINTWISE,
  inferShape: ([x]) => x.shape,
  forward(backend, [x], _attrs, y) {
    backend.sigmoid(x.data, y.data);
    return undefined;
  },
  backward(backend, [x], _attrs, y) {
    backend.sigmoidBackward(y.data, y.grad, x.grad);
  },
};

/**
 * Logistic function, element by element: y = 1 / (1 + e^−x). NaN stays NaN, ±Infinity give 1 and 0.
 *
 * @param x - Any shape.
 * @returns The same shape.
 * @see Caffe's Sigmoid layer.
 */
export function sigmoid(x: Tensor): Tensor {
  return applyRule(sigmoidRule, [x], {});
}
