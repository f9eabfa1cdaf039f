import { numel, type Shape } from '../../core/shape.js';
import type { FloatArray } from '../attributes.js';
import { roundingOf } from './rounding.js';
import { forEachPlace, rowMajorStrides } from './strided-walk.js';

/** Geometry of a pooling over any number of axes: one value per axis after N and C. */
export interface PoolNdGeometry {
  /** Taps of the window. */
  readonly kernelSize: readonly number[];
  /** Step between neighbouring windows. */
  readonly stride: readonly number[];
  /** Step between neighbouring taps. */
  readonly dilation: readonly number[];
  /** Border before the first index. */
  readonly before: readonly number[];
  /** Border after the last index. */
  readonly after: readonly number[];
}

/**
 * Result of a window: `maxPlace` is the index of the maximum in x, `maxPlaceInMap` its index in its map;
 * `average` divides by the number of taps on x, `averageWithBorder` also counts the taps on the border.
 */
export type PoolNdKind = 'max' | 'maxPlace' | 'maxPlaceInMap' | 'average' | 'averageWithBorder';

/**
 * max: the first largest tap; NaN wins; −FLT_MAX for an empty window, its index is −1. Averages: acc = 0;
 * for taps in order: acc += x; y = acc / count.
 *
 * @param winners - Unless null, receives for each output the index of its maximum in x, or −1.
 */
export function poolNd(
  x: FloatArray,
  xShape: Shape,
  kind: PoolNdKind,
  geometry: PoolNdGeometry,
  y: FloatArray,
  yShape: Shape,
  winners: FloatArray | null,
): void {
  const round = roundingOf(y);
  const mapSize = numel(xShape.slice(2));
  forEachWindow(xShape, yShape, geometry, (at, taps, withBorder) => {
    if (kind === 'average' || kind === 'averageWithBorder') {
      let acc = 0;
      for (const tap of taps) acc = round(acc + x[tap]);
      y[at] = round(acc / Math.max(1, kind === 'average' ? taps.length : withBorder));
      return;
    }
    const winner = largestOf(x, taps);
    if (kind === 'max') y[at] = winner < 0 ? -3.4028234663852886e38 : x[winner];
    else y[at] = kind === 'maxPlace' || winner < 0 ? winner : winner % mapSize;
    if (winners) winners[at] = winner;
  });
}

/** Index of the first largest tap; NaN wins; −1 without taps. */
function largestOf(x: FloatArray, taps: readonly number[]): number {
  let winner = -1;
  for (const tap of taps) {
    const isNew = x[tap] !== x[tap] && x[winner] === x[winner];
    if (winner < 0 || x[tap] > x[winner] || isNew) winner = tap;
  }
  return winner;
}

/** max: gradX[winner] += gradY; averages: gradX += gradY / count over each window. */
export function poolNdBackward(
  gradY: FloatArray,
  yShape: Shape,
  kind: PoolNdKind,
  geometry: PoolNdGeometry,
  gradX: FloatArray,
  xShape: Shape,
  winners: FloatArray | null,
): void {
  const round = roundingOf(gradX);
  if (winners) {
    winners.forEach((winner, at) => {
      if (winner >= 0) gradX[winner] = round(gradX[winner] + gradY[at]);
    });
    return;
  }
  forEachWindow(xShape, yShape, geometry, (at, taps, withBorder) => {
    const share = round(gradY[at] / Math.max(1, kind === 'average' ? taps.length : withBorder));
    for (const tap of taps) gradX[tap] = round(gradX[tap] + share);
  });
}

/** Visits the windows in the order of the output: the indices of their taps, and the number of taps on border and x. */
function forEachWindow(
  xShape: Shape,
  yShape: Shape,
  geometry: PoolNdGeometry,
  visit: (at: number, taps: readonly number[], withBorder: number) => void,
): void {
  const spatial = xShape.slice(2);
  const strides = rowMajorStrides(spatial);
  const size = numel(spatial);
  const outputs = yShape
    .slice(2)
    .map((extent, axis) =>
      Array.from({ length: extent }, (_, i) => span(i, spatial[axis], geometry, axis)),
    );
  const planes = xShape[0] * xShape[1];
  const counts = outputs.map(({ length }) => length);
  const none = counts.map(() => 0);
  let at = 0;
  for (let plane = 0; plane < planes; plane++)
    forEachPlace(counts, rowMajorStrides(counts), none, (position) => {
      let taps: readonly number[] = [plane * size];
      let withBorder = 1;
      outputs.forEach((spans, axis) => {
        const i = Math.floor(position / numel(counts.slice(axis + 1))) % counts[axis];
        withBorder *= spans[i].withBorder;
        taps = taps.flatMap((tap) => spans[i].inside.map((index) => tap + index * strides[axis]));
      });
      visit(at++, taps, withBorder);
    });
}

function span(
  i: number,
  n: number,
  { kernelSize, stride, dilation, before, after }: PoolNdGeometry,
  axis: number,
): { readonly inside: readonly number[]; readonly withBorder: number } {
  const all = Array.from(
    { length: kernelSize[axis] },
    (_, k) => i * stride[axis] - before[axis] + k * dilation[axis],
  );
  return {
    inside: all.filter((index) => index >= 0 && index < n),
    withBorder: all.filter((index) => index < n + after[axis]).length,
  };
}
