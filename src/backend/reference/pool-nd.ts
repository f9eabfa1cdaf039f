import { numel, type Shape } from '../../core/shape.js';
import type { FloatArray } from '../backend.js';
import { roundingOf } from './rounding.js';
import { forEachPlace, rowMajorStrides } from './strided-walk.js';

/** Geometry of a pooling over any number of axes: one number of each for every axis behind N and C. */
export interface PoolNdGeometry {
  /** Taps of the window. */
  readonly kernelSize: readonly number[];
  /** Step between neighbouring windows. */
  readonly stride: readonly number[];
  /** Step between neighbouring taps. */
  readonly dilation: readonly number[];
  /** Border before the first index. */
  readonly before: readonly number[];
  /** Border behind the last index. */
  readonly behind: readonly number[];
}

/**
 * What becomes of a window: `maxPlace` is where in x the maximum stands, `maxPlaceInMap` where in its map;
 * `average` divides by the taps on x, `averageWithBorder` by those on the border too.
 */
export type PoolNdKind = 'max' | 'maxPlace' | 'maxPlaceInMap' | 'average' | 'averageWithBorder';

/**
 * max: the first largest tap, NaN above all; −FLT_MAX for a window without any, whose place is −1. Averages: acc = 0;
 * for taps in order: acc += x; y = acc / count.
 *
 * @param winners - For each output, unless null, the place of its maximum in x, or −1.
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

/** The place of the first largest tap, NaN above all; −1 without any. */
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

/** Visits the windows in the order of the output: the places of their taps, and how many lie on the border or x. */
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
  { kernelSize, stride, dilation, before, behind }: PoolNdGeometry,
  axis: number,
): { readonly inside: readonly number[]; readonly withBorder: number } {
  const all = Array.from(
    { length: kernelSize[axis] },
    (_, k) => i * stride[axis] - before[axis] + k * dilation[axis],
  );
  return {
    inside: all.filter((index) => index >= 0 && index < n),
    withBorder: all.filter((index) => index < n + behind[axis]).length,
  };
}
