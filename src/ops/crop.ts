import { applyRule } from '../autograd/op.js';
import type { OpRule } from '../autograd/op-rule.js';
import type { BoxAttrs } from '../backend/attributes.js';
import { ShapeError } from '../core/errors.js';
import { shifted } from '../core/geometry.js';
import { assertPair, assertRank, type Pair, type Shape } from '../core/shape.js';
import type { Tensor } from '../tensor/tensor.js';

/** Attributes of a crop in the graph. */
export interface CropAttrs {
  /** Rows and columns cut off before. */
  readonly offset: Pair;
  /** Rows and columns kept. */
  readonly size: Pair;
}

/** Rule of {@link crop}. */
export const cropRule: OpRule<readonly [Tensor], CropAttrs> = {
  name: 'crop',
  computedBy: 'backend',
  geometry: shifted(({ offset }) => offset),
  inferShape([x], { offset, size }) {
    assertRank('crop input', x.shape, 4);
    assertPair('crop offset', offset, 0);
    assertPair('crop size', size, 1);
    const [N, C, H, W] = x.shape;
    if (offset[0] + size[0] > H || offset[1] + size[1] > W) {
      throw new ShapeError(
        `crop: ${size.join('×')} pixels from ${offset.join(', ')} on do not fit into ${x.describe()}`,
      );
    }
    return [N, C, ...size];
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

function boxOf([N, C, H, W]: Shape, { offset, size: [rows, columns] }: CropAttrs): BoxAttrs {
  return {
    extent: [N * C, rows, columns],
    source: { planeStride: H * W, rowStride: W, start: offset[0] * W + offset[1] },
    target: { planeStride: rows * columns, rowStride: columns, start: 0 },
  };
}

/**
 * A rectangle of every map: y[n, c, i, j] = x[n, c, i + offset, j + offset]. Its gradient is padded
 * with zeros. Offsets that align two layers follow from their coordinate maps.
 *
 * @param x - Feature maps, `[N, C, H, W]`.
 * @param offset - First row and column, in pixels.
 * @param size - Rows and columns, in pixels.
 * @returns `[N, C, size[0], size[1]]`.
 * @throws {@link ShapeError} if the rank is not 4 or the rectangle leaves the map.
 * @see Caffe's Crop layer with axis 2.
 */
export function crop(x: Tensor, offset: Pair, size: Pair): Tensor {
  return applyRule(cropRule, [x], { offset, size });
}
