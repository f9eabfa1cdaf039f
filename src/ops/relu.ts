import { defineOp } from '../autograd/op.js';
import type { Tensor } from '../tensor/tensor.js';

const applyRelu = defineOp<readonly [Tensor], object>({
  name: 'relu',
  inferShape: ([x]) => x.shape,
  forward(backend, [x], _attrs, y) {
    backend.relu(x.data, y.data);
    return undefined;
  },
  backward(backend, [x], _attrs, y) {
    backend.reluBackward(x.data, y.grad, x.grad);
  },
});

/**
 * Rectifier, element by element: y = max(x, 0). NaN stays NaN; the gradient at x = 0 is 0.
 *
 * @param x - Any shape.
 * @returns The same shape.
 * @see Caffe's ReLU layer with negative_slope 0.
 */
export function relu(x: Tensor): Tensor {
  return applyRelu([x], {});
}
