import { applyRule } from '../autograd/op.js';
import type { OpRule } from '../autograd/op-rule.js';
import type { LrnAttrs } from '../backend/attributes.js';
import { ShapeError } from '../core/errors.js';
import { POINTWISE } from '../core/geometry.js';
import { assertRank, numel } from '../core/shape.js';
import type { Tensor } from '../tensor/tensor.js';

/** Rule of {@link lrn}. */
export const lrnRule: OpRule<readonly [Tensor], LrnAttrs> = {
  name: 'lrn',
  computedBy: 'backend',
  geometry: POINTWISE,
  buffers: (_inputs, output) => [output],
  inferShape([x], { size }) {
    assertRank('lrn input', x.shape, 4);
    if (!(Number.isSafeInteger(size) && size >= 1 && size % 2 === 1)) {
      throw new ShapeError(`lrn: the window has an odd number of channels, got ${String(size)}`);
    }
    return x.shape;
  },
  forward(backend, [x], attrs, y) {
    const scale = backend.alloc(numel(x.shape));
    backend.lrn(x.data, x.shape, attrs, y.data, scale);
    return [scale];
  },
  backward(backend, [x], attrs, y, [scale]) {
    backend.lrnBackward(x.data, x.shape, attrs, y.data, scale, y.grad, x.grad);
  },
};

/**
 * Local response normalisation across channels: y = x · scale^−beta with
 * scale[c] = k + alpha / size · Σ x[c′]² over the `size` channels around c, zero outside.
 *
 * @param x - `[N, C, H, W]`.
 * @param options - `size` 5, `alpha` 1, `beta` 0.75 and `k` 1 unless given.
 * @returns The same shape. NaN where scale is negative.
 * @throws {@link ShapeError} if the rank is not 4 or the window's size is not odd.
 * @see Caffe's LRN layer with ACROSS_CHANNELS, whose defaults these are. As there and in torch, alpha
 *   is divided by the size; the AlexNet paper does not divide.
 */
export function lrn(x: Tensor, options: Partial<LrnAttrs> = {}): Tensor {
  return applyRule(lrnRule, [x], { size: 5, alpha: 1, beta: 0.75, k: 1, ...options });
}
