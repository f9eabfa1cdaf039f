import { applyRule } from '../autograd/op.js';
import type { OpRule } from '../autograd/op-rule.js';
import { ShapeError } from '../core/errors.js';
import { numel } from '../core/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import {
  poolAttrs,
  poolGeometry,
  pooledShape,
  type PoolOpAttrs,
  type PoolOptions,
} from './pool-options.js';

/** Places in a map are kept as float32, which counts exactly up to here. */
const LARGEST_MAP = 2 ** 24;

/** Rule of {@link maxPool2d}. */
export const maxPool2dRule: OpRule<readonly [Tensor], PoolOpAttrs> = {
  name: 'maxPool2d',
  computedBy: 'backend',
  geometry: poolGeometry,
  inferShape([x], attrs) {
    const shape = pooledShape('maxPool2d', x.shape, attrs);
    if (numel(x.shape.slice(2)) > LARGEST_MAP) {
      throw new ShapeError(`maxPool2d: a map has at most 2^24 pixels, got ${x.describe()}`);
    }
    return shape;
  },
  forward(backend, [x], attrs, y) {
    const argmax = y.requiresGrad ? backend.alloc(numel(y.shape)) : null;
    backend.maxPool2d(x.data, x.shape, attrs, y.data, y.shape, argmax);
    return argmax ? [argmax] : undefined;
  },
  backward(backend, [x], _attrs, y, [argmax]) {
    backend.maxPool2dBackward(y.grad, y.shape, argmax, x.grad, x.shape);
  },
};

/**
 * Maximum of each window, cut down to the image: the border never wins.
 *
 * The first maximum, rows before columns, wins and takes the whole gradient. A NaN wins over
 * everything and takes the gradient. A window without any pixel gives −FLT_MAX and takes none.
 *
 * @param x - Feature maps, `[N, C, H, W]` with H·W ≤ 2²⁴.
 * @param options - Window, stride and padding in pixels; the rounding of the output's size.
 * @returns `[N, C, outH, outW]` with outH = ⌈(H + 2·padding − kH) / stride⌉ + 1 (or ⌊…⌋); with padding,
 *   less one where the last window would start at H + padding or after it.
 * @throws {@link ShapeError} if the rank is not 4, a map is too large or no window fits.
 * @see Caffe's Pooling layer with method MAX (which would give −FLT_MAX for a window of −Infinity).
 */
export function maxPool2d(x: Tensor, options: PoolOptions): Tensor {
  return applyRule(maxPool2dRule, [x], poolAttrs('maxPool2d', options));
}
