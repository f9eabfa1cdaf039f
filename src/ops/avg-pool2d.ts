import { applyRule } from '../autograd/op.js';
import type { OpRule } from '../autograd/op-rule.js';
import { assertRank } from '../core/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import {
  poolAttrs,
  poolGeometry,
  pooledShape,
  type PoolOpAttrs,
  type PoolOptions,
} from './pool-options.js';

/** Rule of {@link avgPool2d}. */
export const avgPool2dRule: OpRule<readonly [Tensor], PoolOpAttrs> = {
  name: 'avgPool2d',
  computedBy: 'backend',
  geometry: poolGeometry,
  inferShape: ([x], attrs) => pooledShape('avgPool2d', x.shape, attrs),
  forward(backend, [x], attrs, y) {
    backend.avgPool2d(x.data, x.shape, attrs, y.data, y.shape);
    return undefined;
  },
  backward(backend, [x], attrs, y) {
    backend.avgPool2dBackward(y.grad, y.shape, attrs, x.grad, x.shape);
  },
};

/**
 * Average of each window: the sum of its pixels over its area, the border included as zeros, but not
 * what reaches beyond the border on the far side. A window without any pixel gives 0.
 *
 * @param x - Feature maps, `[N, C, H, W]`.
 * @param options - Window, stride and padding in pixels; the rounding of the output's size.
 * @returns `[N, C, outH, outW]`, sized as in {@link maxPool2d}.
 * @throws {@link ShapeError} if the rank is not 4 or no window fits.
 * @see Caffe's Pooling layer with method AVE.
 */
export function avgPool2d(x: Tensor, options: PoolOptions): Tensor {
  return applyRule(avgPool2dRule, [x], poolAttrs('avgPool2d', options));
}

/**
 * Average of each whole map.
 *
 * @param x - Feature maps, `[N, C, H, W]`, not empty.
 * @returns `[N, C, 1, 1]`.
 * @throws {@link ShapeError} if the rank is not 4 or a map has no pixel.
 * @see Caffe's Pooling layer with method AVE and global_pooling.
 */
export function globalAvgPool2d(x: Tensor): Tensor {
  assertRank('globalAvgPool2d input', x.shape, 4);
  const [, , H, W] = x.shape;
  return avgPool2d(x, { kernelSize: [H, W] });
}
