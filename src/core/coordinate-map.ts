import { minus, over, plus, rational, times, type Rational } from './rational.js';

/**
 * Relation between a layer's output and its input on one spatial axis: position i of the input is at
 * position scale·i + shift of the output, and one output element reads `window` input positions.
 *
 * @see Long, Shelhamer, Darrell, "Fully Convolutional Networks for Semantic Segmentation", §3 ; the
 *   convention is that of the coordinate maps of Caffe's `coord_map.py`.
 */
export interface AxisMap {
  /** Output positions per input position: 1 / stride, or the stride of a transposed convolution. */
  readonly scale: Rational;
  /** Output position of input position 0. */
  readonly shift: Rational;
  /** Extent of the input that one output element reads; the maximum if output elements differ. */
  readonly window: number;
}

/** The maps of the vertical and the horizontal axis. */
export type CoordinateMap = readonly [AxisMap, AxisMap];

const ONE = rational(1);

/** The axis map of a layer that works element by element. */
export const IDENTITY_AXIS: AxisMap = {
  scale: ONE,
  shift: rational(0),
  window: 1,
};

/** The map of a layer that works element by element. */
export const IDENTITY_MAP: CoordinateMap = [IDENTITY_AXIS, IDENTITY_AXIS];

/** Axis map of a window that slides over its input: convolution and pooling. */
export function slidingAxis(window: number, stride: number, padding: number): AxisMap {
  return {
    scale: rational(1, stride),
    shift: rational(2 * padding - window + 1, 2 * stride),
    window,
  };
}

/** Axis map of a window that is stamped onto its output: transposed convolution. */
export function stampingAxis(window: number, stride: number, padding: number): AxisMap {
  return {
    scale: rational(stride),
    shift: rational(window - 1 - 2 * padding, 2),
    window: Math.ceil(window / stride),
  };
}

/** Axis map of cutting `offset` positions off the start. */
export function croppingAxis(offset: number): AxisMap {
  return { ...IDENTITY_AXIS, shift: rational(-offset) };
}

/**
 * The map of `first`, then `second`. Windows are carried through in input positions, each rounded up:
 * for a window after a stamping one, the result is an upper bound.
 */
export function composeAxisMaps(second: AxisMap, first: AxisMap): AxisMap {
  const step = over(ONE, first.scale);
  return {
    scale: times(second.scale, first.scale),
    shift: plus(times(second.scale, first.shift), second.shift),
    window: Math.ceil(first.window + ((second.window - 1) * step.num) / step.den),
  };
}

/**
 * Position of `b`'s 0 in `a`, where both are maps of the same input: −b of a ∘ b⁻¹.
 *
 * @returns The shift, with the ratio of their scales.
 */
export function alignAxisMaps(a: AxisMap, b: AxisMap): Pick<AxisMap, 'scale' | 'shift'> {
  const scale = over(a.scale, b.scale);
  return { scale, shift: minus(a.shift, times(scale, b.shift)) };
}
