import { applyRule } from '../autograd/op.js';
import type { OpRule } from '../autograd/op-rule.js';
import {
  bestChannels as compute,
  type BestChannelsAttrs,
} from '../backend/reference/best-channels.js';
import { ShapeError } from '../core/errors.js';
import { POINTWISE } from '../core/geometry.js';
import { numel } from '../core/shape.js';
import type { Tensor } from '../tensor/tensor.js';

/** Rule of {@link bestChannels}. */
export const bestChannelsRule: OpRule<readonly [Tensor], BestChannelsAttrs> = {
  name: 'bestChannels',
  computedBy: 'plain-loops',
  geometry: POINTWISE,
  inferShape([x], { count }) {
    const channels = x.shape.length >= 2 ? x.shape[1] : 0;
    if (!(Number.isInteger(count) && count >= 1 && count <= channels)) {
      throw new ShapeError(`bestChannels: no ${String(count)} channels in ${x.describe()}`);
    }
    return x.shape.with(1, count);
  },
  forward(_backend, [x], attrs, y) {
    compute(x.data, x.shape[1], numel(x.shape.slice(2)), attrs, y.data);
    return undefined;
  },
  backward() {
    // The order of numbers does not change with them, but for jumps.
  },
};

/**
 * The channels with the largest numbers, the best first; of equal ones the last, unlike {@link argmax}.
 * NaN is below all. No gradient passes.
 *
 * @param x - `[N, C, …]`.
 * @param attrs - How many, and whether their indices or their numbers.
 * @returns `[N, count, …]`.
 * @throws {@link ShapeError} unless 1 ≤ count ≤ C.
 * @see Caffe's ArgMax layer.
 */
export function bestChannels(x: Tensor, attrs: BestChannelsAttrs): Tensor {
  return applyRule(bestChannelsRule, [x], attrs);
}
