import fc from 'fast-check';
import type { PoolRounding } from '../../src/backend/pool-size.js';
import type { Pair, Shape } from '../../src/core/shape.js';
import { between, extent, upTo } from './arbitraries.js';

/** A pooling and its input. */
export interface PoolCase {
  readonly N: number;
  readonly C: number;
  readonly H: number;
  readonly W: number;
  readonly options: {
    readonly kernelSize: Pair;
    readonly stride: Pair;
    readonly padding: Pair;
    readonly rounding: PoolRounding;
  };
}

/** Shape of the input: maps large enough for at least one window. */
export function poolShape({ N, C, H, W, options: { kernelSize, padding } }: PoolCase): Shape {
  const least = (axis: 0 | 1) => Math.max(1, kernelSize[axis] - 2 * padding[axis]);
  return [N, C, Math.max(H, least(0)), Math.max(W, least(1))];
}

function casesOf(height: fc.Arbitrary<number>, width: fc.Arbitrary<number>) {
  const pair = (one: fc.Arbitrary<number>) => fc.tuple(one, one);
  return fc.record({
    N: upTo(2),
    C: upTo(3),
    H: height,
    W: width,
    options: fc.record({
      kernelSize: pair(upTo(5)),
      stride: pair(upTo(4)),
      padding: pair(fc.oneof(fc.constant(0), between(0, 5))),
      rounding: fc.constantFrom<PoolRounding>('ceil', 'floor'),
    }),
  });
}

/** Windows wider and narrower than the map, and empty windows. */
export const poolCases: fc.Arbitrary<PoolCase> = casesOf(upTo(9), extent);

/**
 * Pool cases for gradient checks: small maps without empty windows, because −FLT_MAX would hide every
 * difference.
 */
export const smallPoolCases: fc.Arbitrary<PoolCase> = casesOf(upTo(6), upTo(9)).map((one) => {
  const { kernelSize, stride, padding } = one.options;
  const options = {
    ...one.options,
    stride: [Math.min(stride[0], kernelSize[0]), Math.min(stride[1], kernelSize[1])] as const,
    padding: [
      Math.min(padding[0], kernelSize[0] - 1),
      Math.min(padding[1], kernelSize[1] - 1),
    ] as const,
  };
  return { ...one, options };
});
