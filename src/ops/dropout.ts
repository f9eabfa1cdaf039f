import { CHECKED_LATER, checkOptions, FLAG, type OptionChecks } from '../core/check-options.js';
import { applyRule } from '../autograd/op.js';
import type { OpRule } from '../autograd/op-rule.js';
import type { FloatArray } from '../backend/attributes.js';
import { FcnError } from '../core/errors.js';
import { POINTWISE } from '../core/geometry.js';
import type { Rng } from '../core/rng.js';
import { numel, type Shape } from '../core/shape.js';
import type { Tensor } from '../tensor/tensor.js';

/** Options of {@link dropout}. */
export interface DropoutOptions {
  /** Probability with which an element is dropped, 0 ≤ ratio < 1. */
  readonly ratio: number;
  /** Where the random numbers come from; null for inference, which drops nothing. */
  readonly rng: Rng | null;
  /** True to keep or drop whole maps; default false. */
  readonly channelWise?: boolean;
}

const OPTIONS: OptionChecks<DropoutOptions> = {
  ratio: CHECKED_LATER,
  rng: CHECKED_LATER,
  channelWise: FLAG,
};

interface DropoutAttrs {
  readonly ratio: number;
  readonly channelWise: boolean;
  readonly rng: Rng;
}

/** Rule of {@link dropout}. */
export const dropoutRule: OpRule<readonly [Tensor], DropoutAttrs> = {
  name: 'dropout',
  computedBy: 'backend',
  geometry: POINTWISE,
  isTraining: () => true,
  inferShape: ([x]) => x.shape,
  forward(backend, [x], attrs, y) {
    const mask = backend.alloc(numel(x.shape));
    drawMask(mask, x.shape, attrs);
    y.data.fill(0);
    backend.addProduct(x.data, mask, y.data);
    return [mask];
  },
  backward(backend, [x], _attrs, y, [mask]) {
    backend.addProduct(y.grad, mask, x.grad);
  },
};

/** Overwrites the mask with 0 or 1 / (1 − ratio), one draw per element or per map. */
function drawMask(mask: FloatArray, shape: Shape, { ratio, rng, channelWise }: DropoutAttrs): void {
  const run = channelWise ? numel(shape.slice(2)) : 1;
  const kept = 1 / (1 - ratio);
  for (let start = 0; start < mask.length; start += run) {
    mask.fill(rng.uniform() < ratio ? 0 : kept, start, start + run);
  }
}

/**
 * Drops elements (or whole maps) at random and scales the others by 1 / (1 − ratio), so that the
 * expectation stays. For inference the input itself comes back.
 *
 * @param x - `[N, C, …]`; element-wise, any shape.
 * @param options - How much, and where the random numbers come from: one per element or map, in order.
 * @returns The shape of x.
 * @throws {@link FcnError} unless 0 ≤ ratio < 1.
 * @see Caffe's Dropout layer (element-wise); the port of K. Wada drops whole maps.
 */
export function dropout(x: Tensor, options: DropoutOptions): Tensor {
  checkOptions('dropout', options, OPTIONS);
  const { ratio, rng, channelWise = false } = options;
  if (!(ratio >= 0 && ratio < 1)) {
    throw new FcnError(`dropout: the ratio is at least 0 and below 1, got ${String(ratio)}`);
  }
  return rng === null ? x : applyRule(dropoutRule, [x], { ratio, rng, channelWise });
}
