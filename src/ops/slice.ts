import { applyRule } from '../autograd/op.js';
import type { OpRule } from '../autograd/op-rule.js';
import type { BoxAttrs } from '../backend/attributes.js';
import { ShapeError } from '../core/errors.js';
import { shifted } from '../core/geometry.js';
import { numel, type Shape } from '../core/shape.js';
import type { Tensor } from '../tensor/tensor.js';

/** Attributes of a slice in the graph. */
export interface SliceAttrs {
  /** Axis that is cut. */
  readonly axis: number;
  /** First index kept. */
  readonly start: number;
  /** Indices kept. */
  readonly size: number;
}

/** Rule of {@link slice}. */
export const sliceRule: OpRule<readonly [Tensor], SliceAttrs> = {
  name: 'slice',
  computedBy: 'backend',
  geometry: shifted(({ axis, start }) => [axis === 2 ? start : 0, axis === 3 ? start : 0]),
  inferShape([x], { axis, start, size }) {
    if (!(Number.isInteger(axis) && axis >= 0 && axis < x.shape.length)) {
      throw new ShapeError(`slice: no axis ${String(axis)} in ${x.describe()}`);
    }
    const fits = Number.isInteger(start) && Number.isInteger(size) && start >= 0 && size >= 1;
    if (!fits || start + size > x.shape[axis]) {
      throw new ShapeError(
        `slice: ${String(size)} from ${String(start)} on do not fit into axis ${String(axis)} of ${x.describe()}`,
      );
    }
    return x.shape.with(axis, size);
  },
  forward(backend, [x], attrs, y) {
    backend.copyBox(x.data, y.data, boxOf(x.shape, attrs), false);
    return undefined;
  },
  backward(backend, [x], attrs, y) {
    const { extent, source, target } = boxOf(x.shape, attrs);
    backend.copyBox(y.grad, x.grad, { extent, source: target, target: source }, true);
  },
};

/** One row per index before the axis: the elements from the axis on are contiguous. */
function boxOf(shape: Shape, { axis, start, size }: SliceAttrs): BoxAttrs {
  const inner = numel(shape.slice(axis + 1));
  const columns = size * inner;
  return {
    extent: [1, numel(shape.slice(0, axis)), columns],
    source: { planeStride: 0, rowStride: shape[axis] * inner, start: start * inner },
    target: { planeStride: 0, rowStride: columns, start: 0 },
  };
}

/**
 * Some indices of one axis, and everything of the others. The gradient is padded with zeros.
 *
 * @param x - Any shape with the axis.
 * @param axis - Axis, counted from 0.
 * @param start - First index kept.
 * @param size - Indices kept, at least 1.
 * @returns The shape of x, with `size` on the axis.
 * @throws {@link ShapeError} if the axis does not exist or the indices leave it.
 * @see Caffe's Slice layer, which gives several of these.
 */
export function slice(x: Tensor, axis: number, start: number, size: number): Tensor {
  return applyRule(sliceRule, [x], { axis, start, size });
}
