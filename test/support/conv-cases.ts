import fc from 'fast-check';
import type { Pair, Shape } from '../../src/core/shape.js';
import { between, upTo } from './arbitraries.js';

/** A convolution between a large map and a small one. */
export interface ConvCase {
  readonly N: number;
  /** Channels of the large map, per group. */
  readonly C: number;
  /** Channels of the small map, per group. */
  readonly O: number;
  /** Rows and columns of the small map, before padding and rounding. */
  readonly H: number;
  readonly W: number;
  readonly kernelSize: Pair;
  readonly biased: boolean;
  readonly options: {
    readonly stride: Pair;
    readonly padding: Pair;
    readonly dilation: Pair;
    readonly groups: number;
  };
}

/** Stride, padding, dilation, groups and rectangular windows, 1-pixel maps among them. */
export function convCases(sizes: {
  readonly channels: fc.Arbitrary<number>;
  readonly height: fc.Arbitrary<number>;
  readonly width: fc.Arbitrary<number>;
}): fc.Arbitrary<ConvCase> {
  const pair = (one: fc.Arbitrary<number>) => fc.tuple(one, one);
  return fc.record({
    N: upTo(2),
    C: sizes.channels,
    O: sizes.channels,
    H: sizes.height,
    W: sizes.width,
    kernelSize: pair(upTo(3)),
    biased: fc.boolean(),
    options: fc.record({
      stride: pair(upTo(3)),
      padding: pair(fc.oneof(fc.constant(0), between(0, 3))),
      dilation: pair(upTo(2)),
      groups: upTo(3),
    }),
  });
}

/** Extent of the window on the map along an axis. */
function windowOf({ kernelSize, options: { dilation } }: ConvCase, axis: 0 | 1): number {
  return dilation[axis] * (kernelSize[axis] - 1) + 1;
}

/** Large map that a convolution reads: at least one window fits, the last may be incomplete. */
export function convInput(attrs: ConvCase): Shape {
  const { N, C, H, W, options } = attrs;
  const least = (axis: 0 | 1) => Math.max(1, windowOf(attrs, axis) - 2 * options.padding[axis]);
  return [N, C * options.groups, Math.max(H, least(0)), Math.max(W, least(1))];
}

/** Small map that a transposed convolution reads: the padding leaves at least one position. */
export function stampInput(attrs: ConvCase): Shape {
  const { N, O, H, W, options } = attrs;
  const { stride, padding, groups } = options;
  const least = (axis: 0 | 1) =>
    1 + Math.max(0, Math.ceil((2 * padding[axis] + 1 - windowOf(attrs, axis)) / stride[axis]));
  return [N, O * groups, Math.max(H, least(0)), Math.max(W, least(1))];
}

/** `[outputs, channels / groups, kH, kW]` for both directions; outputs are the channels of the small map. */
export function filterShape({ C, O, kernelSize, options }: ConvCase): Shape {
  return [O * options.groups, C, ...kernelSize];
}
