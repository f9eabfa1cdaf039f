import { applyRule } from '../autograd/op.js';
import type { OpRule } from '../autograd/op-rule.js';
import type { BoxAttrs } from '../backend/attributes.js';
import { ShapeError } from '../core/errors.js';
import { geometryBy, NO_PIXELS, POINTWISE } from '../core/geometry.js';
import { assertShape, numel, showShape, type Shape } from '../core/shape.js';
import type { Tensor } from '../tensor/tensor.js';

/** Attributes of a reshaping in the graph. */
export interface ReshapeAttrs {
  /** The new shape. */
  readonly shape: Shape;
  /** True if the last two extents are unchanged: the pixels keep their positions. */
  readonly keepsPixels: boolean;
}

/** Rule of {@link reshape}. */
export const reshapeRule: OpRule<readonly [Tensor], ReshapeAttrs> = {
  name: 'reshape',
  computedBy: 'backend',
  geometry: geometryBy(({ keepsPixels }) => (keepsPixels ? POINTWISE : NO_PIXELS)),
  inferShape([x], { shape }) {
    assertShape('reshape', shape);
    if (numel(shape) !== numel(x.shape)) {
      throw new ShapeError(`reshape: ${x.describe()} has not the numbers of ${showShape(shape)}`);
    }
    return shape;
  },
  forward(backend, [x], _attrs, y) {
    backend.copyBox(x.data, y.data, wholeOf(x.shape), false);
    return undefined;
  },
  backward(backend, [x], _attrs, y) {
    backend.copyBox(y.grad, x.grad, wholeOf(x.shape), true);
  },
};

/** One row of everything. */
function wholeOf(shape: Shape): BoxAttrs {
  const place = { planeStride: 0, rowStride: 0, start: 0 };
  return { extent: [1, 1, numel(shape)], source: place, target: place };
}

/**
 * The same numbers, in the same order, with another shape.
 *
 * @param x - Any shape.
 * @param shape - As many elements.
 * @returns That shape.
 * @throws {@link ShapeError} if it has another number of elements.
 * @see Caffe's Reshape and Flatten layers.
 */
export function reshape(x: Tensor, shape: Shape): Tensor {
  const keepsPixels =
    x.shape.length >= 2 &&
    shape.length >= 2 &&
    x.shape.at(-1) === shape.at(-1) &&
    x.shape.at(-2) === shape.at(-2);
  return applyRule(reshapeRule, [x], { shape, keepsPixels });
}
