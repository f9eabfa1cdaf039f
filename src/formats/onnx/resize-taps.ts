import type { Taps } from '../../backend/reference/resample.js';
import type { NodeContext } from './node-context.js';
import type { ResizedAxis } from './resized-axis.js';

/** Rounds a position to an index. */
type Rounding = (position: number, scale: number) => number;

/** Roundings by ONNX's nearest_mode. */
const ROUNDINGS: ReadonlyMap<string, Rounding> = new Map<string, Rounding>([
  ['round_prefer_floor', (position) => Math.ceil(position - 0.5)],
  ['round_prefer_ceil', (position) => Math.floor(position + 0.5)],
  ['floor', Math.floor],
  ['ceil', Math.ceil],
  // The standard defines no rounding before opset 11; onnxruntime rounds in this way.
  ['simple', (position, scale) => (scale < 1 ? Math.ceil(position) : Math.floor(position))],
]);

/** Index nearest to each position, clamped to the axis. */
export function nearestIndices(
  node: NodeContext,
  { from, scale }: ResizedAxis,
  positions: readonly number[],
  rounding: string,
): number[] {
  const round = ROUNDINGS.get(rounding) ?? node.fail(`unsupported nearest_mode ${rounding}`);
  return positions.map((position) => inside(round(position, scale), from));
}

/** The two indices around each position, weighted by distance and clamped to the axis. */
export function linearTaps(positions: readonly number[], from: number): Taps {
  const firsts = positions.map(Math.floor);
  return {
    indices: firsts.map((first) => [inside(first, from), inside(first + 1, from)]),
    weights: positions.map((position, i) => {
      const way = position - firsts[i];
      return [1 - way, way];
    }),
  };
}

/** Options of cubic interpolation. */
export interface CubicOptions {
  /** Slope of the kernel, cubic_coeff_a: −0.75 in TensorFlow and PyTorch, −0.5 in Keys's paper. */
  readonly coefficient: number;
  /** True if taps outside of the axis have weight 0 and the others are normalised to sum 1 (exclude_outside). */
  readonly excludesOutside: boolean;
}

/**
 * The four indices around each position, weighted by a cubic convolution kernel.
 *
 * @see R. Keys, "Cubic convolution interpolation for digital image processing", 1981.
 */
export function cubicTaps(
  positions: readonly number[],
  from: number,
  { coefficient, excludesOutside }: CubicOptions,
): Taps {
  const indices: number[][] = [];
  const weights: number[][] = [];
  for (const position of positions) {
    const first = Math.floor(position) - 1;
    const taps = [0, 1, 2, 3].map((k) => first + k);
    const all = taps.map((tap) =>
      excludesOutside && tap !== inside(tap, from)
        ? 0
        : cubicKernel(Math.abs(position - tap), coefficient),
    );
    const sum = excludesOutside ? all.reduce((total, weight) => total + weight, 0) : 1;
    indices.push(taps.map((tap) => inside(tap, from)));
    weights.push(all.map((weight) => weight / sum));
  }
  return { indices, weights };
}

function cubicKernel(distance: number, a: number): number {
  const d = distance;
  if (d <= 1) return (a + 2) * d ** 3 - (a + 3) * d ** 2 + 1;
  return d < 2 ? a * d ** 3 - 5 * a * d ** 2 + 8 * a * d - 4 * a : 0;
}

function inside(index: number, extent: number): number {
  return Math.min(Math.max(index, 0), extent - 1);
}
