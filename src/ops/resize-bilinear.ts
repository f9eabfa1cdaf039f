import { applyRule } from '../autograd/op.js';
import type { OpRule } from '../autograd/op-rule.js';
import type { ResizeMode } from '../backend/attributes.js';
import type { AxisMap } from '../core/coordinate-map.js';
import { ShapeError } from '../core/errors.js';
import { placed } from '../core/geometry.js';
import { rational } from '../core/rational.js';
import { assertPair, assertRank, type Pair } from '../core/shape.js';
import type { Tensor } from '../tensor/tensor.js';

/** Attributes in the graph; the coordinates follow from both sizes. */
export interface ResizeAttrs {
  /** Height and width of the output. */
  readonly size: Pair;
  /** Height and width of the input. */
  readonly inputSize: Pair;
  /** Position of the pixels. */
  readonly mode: ResizeMode;
}

/** Rule of {@link resizeBilinear}. */
export const resizeBilinearRule: OpRule<readonly [Tensor], ResizeAttrs> = {
  name: 'resizeBilinear',
  computedBy: 'backend',
  geometry: placed(({ size, inputSize, mode }) => {
    const rows = resizingAxis(inputSize[0], size[0], mode);
    const columns = resizingAxis(inputSize[1], size[1], mode);
    return rows && columns ? [rows, columns] : null;
  }),
  inferShape([x], { size }) {
    assertRank('resizeBilinear input', x.shape, 4);
    assertPair('resizeBilinear size', size, 1);
    const [N, C, H, W] = x.shape;
    if (H < 1 || W < 1) throw new ShapeError(`resizeBilinear: no pixels in ${x.describe()}`);
    return [N, C, ...size];
  },
  forward(backend, [x], { mode }, y) {
    backend.resizeBilinear(x.data, x.shape, mode, y.data, y.shape);
    return undefined;
  },
  backward(backend, [x], { mode }, y) {
    backend.resizeBilinearBackward(y.grad, y.shape, mode, x.grad, x.shape);
  },
};

/** The axis map of resizing n positions to `size`; null where corners cannot be told apart. */
function resizingAxis(n: number, size: number, mode: ResizeMode): AxisMap | null {
  if (mode === 'half-pixel') {
    return { scale: rational(size, n), shift: rational(size - n, 2 * n), window: 2 };
  }
  if (n < 2 || size < 2) return null;
  return { scale: rational(size - 1, n - 1), shift: rational(0), window: 2 };
}

/**
 * Bilinear interpolation to any size: each output pixel is a mean of the 4 input pixels around it,
 * weighted by nearness. Made smaller, a map is sampled, not averaged.
 *
 * A pixel of weight 0 takes part: next to NaN or an infinity it gives NaN.
 *
 * @param x - `[N, C, H, W]`.
 * @param size - Height and width of the output.
 * @param mode - `half-pixel`: pixels are areas, output pixel i is at (i + ½) · H / outH − ½, cut off
 *   at the borders. `align-corners`: pixels are points, i is at i · (H − 1) / (outH − 1), or at 0 if
 *   outH is 1.
 * @returns `[N, C, ...size]`.
 * @throws {@link ShapeError} if the rank is not 4, there is no pixel or the size is not at least 1.
 * @see `interpolate` of PyTorch with `align_corners` false and true; Caffe's Interp layer is the latter.
 */
export function resizeBilinear(x: Tensor, size: Pair, mode: ResizeMode = 'half-pixel'): Tensor {
  const [H, W] = x.shape.slice(-2);
  return applyRule(resizeBilinearRule, [x], { size, inputSize: [H, W], mode });
}
