import type { Shape } from '../../core/shape.js';
import type { ConvAttrs } from '../attributes.js';

/**
 * The two sides of a convolution. A convolution reads windows of `big` and writes `small`; a transposed
 * convolution reads `small` and adds windows to `big`. In both, the weight is `[O, C / groups, kH, kW]`:
 * O is the number of channels of `small`, C of `big`.
 */
export interface ConvSides {
  /** `[N, C, H, W]`. */
  readonly big: Shape;
  /** `[N, O, outH, outW]`. */
  readonly small: Shape;
  /** `[O, C / groups, kH, kW]`. */
  readonly weight: Shape;
}

/** Receives the indices into `small`, `big` and the weight; −1 is a zero outside the map. */
export type Visit = (small: number, big: number, weight: number) => void;

/**
 * Visits every element of `small` and its window on `big`: ky, kx, c ascending. Positions in the
 * padding are visited as −1.
 */
export function forEachConvTap(sides: ConvSides, attrs: ConvAttrs, visit: Visit): void {
  const [N, C, H, W] = sides.big;
  const [, O, outH, outW] = sides.small;
  const [, I, kH, kW] = sides.weight;
  const { stride, padding, dilation, groups } = attrs;
  let at = 0;
  for (let n = 0; n < N; n++)
    for (let o = 0; o < O; o++)
      for (let oy = 0; oy < outH; oy++)
        for (let ox = 0; ox < outW; ox++, at++)
          for (let ky = 0; ky < kH; ky++)
            for (let kx = 0; kx < kW; kx++)
              for (let i = 0; i < I; i++) {
                const y = oy * stride[0] + ky * dilation[0] - padding[0];
                const x = ox * stride[1] + kx * dilation[1] - padding[1];
                const c = Math.floor((o * groups) / O) * I + i;
                const inside = within(y, H) && within(x, W);
                visit(
                  at,
                  inside ? ((n * C + c) * H + y) * W + x : -1,
                  ((o * I + i) * kH + ky) * kW + kx,
                );
              }
}

/**
 * Visits every element of `big` and the elements of `small` whose windows cover it: ky, kx, o ascending,
 * only the taps that the stride reaches. Positions outside `small` are visited as −1.
 */
export function forEachConvTransposeTap(sides: ConvSides, attrs: ConvAttrs, visit: Visit): void {
  const [N, C, H, W] = sides.big;
  const [, O, outH, outW] = sides.small;
  const [, I, kH, kW] = sides.weight;
  const { stride, padding, dilation, groups } = attrs;
  const perGroup = O / groups;
  let at = 0;
  for (let n = 0; n < N; n++)
    for (let c = 0; c < C; c++)
      for (let y = 0; y < H; y++)
        for (let x = 0; x < W; x++, at++)
          for (let ky = 0; ky < kH; ky++)
            for (let kx = 0; kx < kW; kx++) {
              const oy = (y + padding[0] - ky * dilation[0]) / stride[0];
              const ox = (x + padding[1] - kx * dilation[1]) / stride[1];
              if (!Number.isInteger(oy) || !Number.isInteger(ox)) continue;
              const inside = within(oy, outH) && within(ox, outW);
              for (let p = 0; p < perGroup; p++) {
                const o = Math.floor(c / I) * perGroup + p;
                const small = inside ? ((n * O + o) * outH + oy) * outW + ox : -1;
                visit(small, at, ((o * I + (c % I)) * kH + ky) * kW + kx);
              }
            }
}

function within(position: number, extent: number): boolean {
  return position >= 0 && position < extent;
}
