import { CHECKED_LATER, checkOptions, type OptionChecks } from '../core/check-options.js';
import type { PoolAttrs } from '../backend/attributes.js';
import { poolSize, type PoolRounding } from '../backend/pool-size.js';
import { FcnError, ShapeError } from '../core/errors.js';
import { sliding, type OpGeometry } from '../core/geometry.js';
import { assertPair, assertRank, toPair, type Pair, type Shape } from '../core/shape.js';

/** Geometry of a pooling as a caller gives it: a number stands for both axes. */
export interface PoolOptions {
  /** Extent of the window. */
  readonly kernelSize: number | Pair;
  /** Step between neighbouring windows; default 1, as in Caffe. */
  readonly stride?: number | Pair;
  /** Border around the input; default 0. */
  readonly padding?: number | Pair;
  /** Rounding of the output's extent: `ceil` counts a last, partly filled window; default `ceil`, as in Caffe. */
  readonly rounding?: PoolRounding;
}

/** A pooling in the graph: the kernel's geometry, and how its output's size is rounded. */
export interface PoolOpAttrs extends PoolAttrs {
  /** Rounding of the output's extent. */
  readonly rounding: PoolRounding;
}

const OPTIONS: OptionChecks<PoolOptions> = {
  kernelSize: CHECKED_LATER,
  stride: CHECKED_LATER,
  padding: CHECKED_LATER,
  rounding: CHECKED_LATER,
};

/**
 * Fills in the defaults.
 *
 * @throws {@link ShapeError} unless window and stride are ≥ 1 and the padding is ≥ 0.
 * @throws {@link FcnError} for another rounding than `ceil` and `floor`.
 */
export function poolAttrs(op: string, options: PoolOptions): PoolOpAttrs {
  checkOptions(op, options, OPTIONS);
  const attrs = {
    kernelSize: toPair(options.kernelSize),
    stride: toPair(options.stride ?? 1),
    padding: toPair(options.padding ?? 0),
    rounding: options.rounding ?? 'ceil',
  };
  assertPair(`${op} kernelSize`, attrs.kernelSize, 1);
  assertPair(`${op} stride`, attrs.stride, 1);
  assertPair(`${op} padding`, attrs.padding, 0);
  // Callers without a type checker, such as readers of files, can pass anything.
  if (!['ceil', 'floor'].includes(attrs.rounding)) {
    throw new FcnError(`${op}: rounding is ceil or floor, got ${attrs.rounding}`);
  }
  return attrs;
}

/** @throws {@link ShapeError} unless the input is `[N, C, H, W]` and has room for a window. */
export function pooledShape(op: string, x: Shape, attrs: PoolOpAttrs): Shape {
  assertRank(`${op} input`, x, 4);
  const [N, C, H, W] = x;
  const { kernelSize, padding } = attrs;
  const outH = poolSize(H, attrs, 0);
  const outW = poolSize(W, attrs, 1);
  if (outH < 1 || outW < 1) {
    throw new ShapeError(
      `${op}: a ${kernelSize.join('×')} window does not fit into ${String(H)}×${String(W)}` +
        ` with padding ${padding.join(', ')}`,
    );
  }
  return [N, C, outH, outW];
}

/** Geometry of a pooling: its windows have no gaps. */
export const poolGeometry: OpGeometry<PoolAttrs> = sliding((attrs) => ({
  ...attrs,
  dilation: [1, 1],
}));
