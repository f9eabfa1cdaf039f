import { applyRule } from '../autograd/op.js';
import type { OpRule } from '../autograd/op-rule.js';
import { resample as compute, resampleBackward, type Taps } from '../backend/reference/resample.js';
import { ShapeError } from '../core/errors.js';
import { NO_PIXELS } from '../core/geometry.js';
import type { Tensor } from '../tensor/tensor.js';

/** Attributes of {@link resample}. */
export interface ResampleAttrs {
  /** The axis along which x is resampled, counted from 0. */
  readonly axis: number;
  /** For each index of the output: the indices of x that it is made of, and their weights. */
  readonly taps: Taps;
}

/** Rule of {@link resample}. */
export const resampleRule: OpRule<readonly [Tensor], ResampleAttrs> = {
  name: 'resample',
  computedBy: 'plain-loops',
  geometry: NO_PIXELS,
  inferShape([x], { axis, taps: { indices, weights } }) {
    if (!(Number.isInteger(axis) && axis >= 0 && axis < x.shape.length)) {
      throw new ShapeError(`resample: no axis ${String(axis)} in ${x.describe()}`);
    }
    const inside = (index: number): boolean =>
      Number.isInteger(index) && index >= 0 && index < x.shape[axis];
    if (!indices.every((sources) => sources.every(inside))) {
      throw new ShapeError(`resample: a tap is outside axis ${String(axis)}`);
    }
    if (
      weights.length !== indices.length ||
      !weights.every(({ length }, i) => length === indices[i].length)
    ) {
      throw new ShapeError('resample: every tap has one weight');
    }
    return x.shape.with(axis, indices.length);
  },
  forward(_backend, [x], { axis, taps }, y) {
    compute(x.data, x.shape, axis, taps, y.data);
    return undefined;
  },
  backward(_backend, [x], { axis, taps }, y) {
    resampleBackward(y.grad, x.shape, axis, taps, x.grad);
  },
};

/**
 * A linear map along one axis: y[…, i, …] = Σ_t weights[i][t] · x[…, indices[i][t], …], terms in the
 * order of t. Interpolation of every kind is one such map after another, an axis each.
 *
 * For the many modes of ONNX's Resize; {@link resizeBilinear} is faster for the two that networks use.
 *
 * @param x - Any shape.
 * @returns The shape of x, with as many indices on the axis as there are lists of taps.
 * @throws {@link ShapeError} if the axis does not exist or a tap is outside it.
 */
export function resample(x: Tensor, attrs: ResampleAttrs): Tensor {
  return applyRule(resampleRule, [x], attrs);
}
