import { numel, type Shape } from '../../core/shape.js';
import type { FloatArray } from '../attributes.js';
import { roundingOf } from './rounding.js';

/** For each index of the output: the input indices that it sums, and their weights. */
export interface Taps {
  /** Input indices, the same number for each output index. */
  readonly indices: readonly (readonly number[])[];
  /** One weight per input index. */
  readonly weights: readonly (readonly number[])[];
}

/** y = 0; for taps ascending: y += w · x. */
export function resample(
  x: FloatArray,
  xShape: Shape,
  axis: number,
  taps: Taps,
  y: FloatArray,
): void {
  const round = roundingOf(y);
  y.fill(0);
  forEachRun(xShape, axis, taps, round, (to, from, weight, length) => {
    for (let i = 0; i < length; i++) y[to + i] = round(y[to + i] + round(weight * x[from + i]));
  });
}

/** gradX += w · gradY, in the order of the output and its taps. */
export function resampleBackward(
  gradY: FloatArray,
  xShape: Shape,
  axis: number,
  taps: Taps,
  gradX: FloatArray,
): void {
  const round = roundingOf(gradX);
  forEachRun(xShape, axis, taps, round, (from, to, weight, length) => {
    for (let i = 0; i < length; i++) {
      gradX[to + i] = round(gradX[to + i] + round(weight * gradY[from + i]));
    }
  });
}

/** Visits, for each tap, the contiguous elements of output and input after the axis. */
function forEachRun(
  xShape: Shape,
  axis: number,
  { indices, weights }: Taps,
  round: (value: number) => number,
  visit: (inY: number, inX: number, weight: number, length: number) => void,
): void {
  const outer = numel(xShape.slice(0, axis));
  const length = numel(xShape.slice(axis + 1));
  for (let o = 0; o < outer; o++)
    indices.forEach((sources, i) => {
      const inY = (o * indices.length + i) * length;
      sources.forEach((source, t) => {
        const inX = (o * xShape[axis] + source) * length;
        visit(inY, inX, round(weights[i][t]), length);
      });
    });
}
