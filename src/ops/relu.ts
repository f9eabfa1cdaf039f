import { applyRule } from '../autograd/op.js';
import type { NoAttrs, OpRule } from '../autograd/op-rule.js';
import { POINTWISE } from '../core/geometry.js';
import type { Tensor } from '../tensor/tensor.js';

/** Rule of {@link relu}. */
export const reluRule: OpRule<readonly [Tensor], NoAttrs> = {
  name: 'relu',
  computedBy: 'backend',
  geometry: POINTWISE,
  inferShape: ([x]) => x.shape,
  forward(backend, [x], _attrs, y) {
    backend.relu(x.data, y.data);
    return undefined;
  },
  backward(backend, [x], _attrs, y) {
    backend.reluBackward(x.data, y.grad, x.grad);
  },
};

/**
 * Rectifier, element by element: y = max(x, 0). NaN stays NaN; the gradient at x = 0 is 0.
 *
 * @param x - Any shape.
 * @returns The same shape.
 * @see Caffe's ReLU layer with negative_slope 0.
 */
export function relu(x: Tensor): Tensor {
  return applyRule(reluRule, [x], {});
}
