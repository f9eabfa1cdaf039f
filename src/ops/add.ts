import { applyRule } from '../autograd/op.js';
import type { NoAttrs, OpRule } from '../autograd/op-rule.js';
import { POINTWISE } from '../core/geometry.js';
import { assertSameShape } from '../core/shape.js';
import type { Tensor } from '../tensor/tensor.js';

/** Rule of {@link add}. */
export const addRule: OpRule<readonly [Tensor, Tensor], NoAttrs> = {
  name: 'add',
  computedBy: 'backend',
  geometry: POINTWISE,
  inferShape([a, b]) {
    assertSameShape('add', a.shape, b.shape);
    return a.shape;
  },
  forward(backend, [a, b], _attrs, y) {
    y.data.set(a.data);
    backend.addScaled(b.data, 1, y.data);
    return undefined;
  },
  backward(backend, inputs, _attrs, y) {
    for (const input of inputs) {
      if (input.requiresGrad) backend.addScaled(y.grad, 1, input.grad);
    }
  },
};

/**
 * Sum of two tensors, element by element: the fusion of a skip with what was upsampled.
 *
 * @param a - Any shape.
 * @param b - The same shape.
 * @returns The same shape.
 * @throws {@link ShapeError} if the shapes differ: nothing is broadcast.
 * @see Long, Shelhamer, Darrell, "Fully Convolutional Networks for Semantic Segmentation", CVPR 2015, §4.2.
 */
export function add(a: Tensor, b: Tensor): Tensor {
  return applyRule(addRule, [a, b], {});
}
