import { applyRule } from '../autograd/op.js';
import type { OpRule } from '../autograd/op-rule.js';
import {
  poolNd as compute,
  poolNdBackward,
  type PoolNdGeometry,
  type PoolNdKind,
} from '../backend/reference/pool-nd.js';
import type { PoolRounding } from '../backend/pool-size.js';
import { ShapeError } from '../core/errors.js';
import { geometryBy, NO_PIXELS, sliding, type OpGeometry } from '../core/geometry.js';
import { numel, type Shape } from '../core/shape.js';
import type { Tensor } from '../tensor/tensor.js';

/** Attributes of {@link poolNd}. */
export interface PoolNdAttrs extends PoolNdGeometry {
  /** Function of a window. */
  readonly kind: PoolNdKind;
  /** Rounding of the output's extent: `ceil` counts a last, partly filled window. */
  readonly rounding: PoolRounding;
}

/** Places of maxima are kept as float32, which counts exactly up to here. */
const LARGEST_INPUT = 2 ** 24;

const WINDOWS: OpGeometry<PoolNdAttrs> = sliding((attrs) => ({ ...attrs, padding: attrs.before }));

/** Rule of {@link poolNd}. */
export const poolNdRule: OpRule<readonly [Tensor], PoolNdAttrs> = {
  name: 'poolNd',
  computedBy: 'plain-loops',
  geometry: geometryBy(({ kernelSize }) => (kernelSize.length === 2 ? WINDOWS : NO_PIXELS)),
  inferShape([x], attrs) {
    checkGeometry(x.shape, attrs);
    const counts = attrs.kind.startsWith('max') && x.backend !== null; // a dry tensor has no places
    if (counts && numel(x.shape) > LARGEST_INPUT) {
      throw new ShapeError(`poolNd: at most 2^24 numbers have a maximum, got ${x.describe()}`);
    }
    const sizes = x.shape.slice(2).map((n, axis) => pooledSize(n, attrs, axis));
    if (!sizes.every((size) => size >= 1)) {
      throw new ShapeError(
        `poolNd: a ${attrs.kernelSize.join('×')} window does not fit into ${x.describe()}`,
      );
    }
    return [x.shape[0], x.shape[1], ...sizes];
  },
  forward(backend, [x], attrs, y) {
    const records = attrs.kind === 'max' && y.requiresGrad;
    const winners = records ? backend.alloc(numel(y.shape)) : null;
    compute(x.data, x.shape, attrs.kind, attrs, y.data, y.shape, winners);
    return winners ? [winners] : undefined;
  },
  backward(_backend, [x], attrs, y, [winners]) {
    if (attrs.kind.startsWith('maxPlace')) return;
    const kept = attrs.kind === 'max' ? winners : null;
    poolNdBackward(y.grad, y.shape, attrs.kind, attrs, x.grad, x.shape, kept);
  },
};

function checkGeometry(shape: Shape, attrs: PoolNdAttrs): void {
  const least = { kernelSize: 1, stride: 1, dilation: 1, before: 0, after: 0 };
  for (const key of ['kernelSize', 'stride', 'dilation', 'before', 'after'] as const) {
    const values = attrs[key];
    const fits = values.every((value) => Number.isSafeInteger(value) && value >= least[key]);
    if (!fits || values.length !== shape.length - 2 || values.length < 1) {
      throw new ShapeError(
        `poolNd ${key}: expected ${String(shape.length - 2)} integers of at least ` +
          `${String(least[key])}, got ${values.join(', ')}`,
      );
    }
  }
}

function pooledSize(n: number, attrs: PoolNdAttrs, axis: number): number {
  const { kernelSize, stride, dilation, before, after, rounding } = attrs;
  const window = dilation[axis] * (kernelSize[axis] - 1) + 1;
  const steps = (n + before[axis] + after[axis] - window) / stride[axis];
  if (rounding === 'floor') return Math.floor(steps) + 1;
  const size = Math.ceil(steps) + 1;
  // A last window that would start after x and the border before x is removed.
  return (size - 1) * stride[axis] >= n + before[axis] ? size - 1 : size;
}

/**
 * Pools over any number of axes, with borders of different widths and dilated windows: the cases that
 * {@link maxPool2d} and {@link avgPool2d} do not cover, computed more slowly.
 *
 * `max` is as in {@link maxPool2d}; `maxPlace` is the index of the maximum in all of x, `maxPlaceInMap` its index in the
 * map, and neither has a gradient; `average` divides by the taps inside x, `averageWithBorder` by those inside x and the
 * border.
 *
 * @param x - `[N, C, …]`.
 * @returns `[N, C, …]` with ⌊(n + before + after − dilation·(k − 1) − 1) / stride⌋ + 1 on each axis; for
 *   `ceil` rounded up, less one where the last window would start at n + before or after it.
 * @throws {@link ShapeError} if a window, stride or border is invalid, or no window fits.
 */
export function poolNd(x: Tensor, attrs: PoolNdAttrs): Tensor {
  return applyRule(poolNdRule, [x], attrs);
}
