import { numel, type Shape } from '../../core/shape.js';
import type { FloatArray } from '../attributes.js';
import { roundingOf } from './rounding.js';
import { forEachPlace, rowMajorStrides } from './strided-walk.js';

/** Reductions along some axes. */
export type Reduction = 'mean' | 'sum' | 'max' | 'min' | 'argMax' | 'argMaxLast';

/** Sums start at 0 and add their terms in the order of x; a mean is sum / count. */
export function reduce(
  x: FloatArray,
  xShape: Shape,
  axes: readonly number[],
  reduction: Reduction,
  y: FloatArray,
): void {
  if (reduction === 'mean' || reduction === 'sum') {
    sum(x, xShape, axes, y);
    const round = roundingOf(y);
    const count = numel(axes.map((axis) => xShape[axis]));
    if (reduction === 'mean') for (let i = 0; i < y.length; i++) y[i] = round(y[i] / count);
    return;
  }
  const winners = winnersOf(x, xShape, axes, reduction);
  const [axis = 0] = axes;
  const stride = rowMajorStrides(xShape)[axis];
  const isIndex = reduction === 'argMax' || reduction === 'argMaxLast';
  winners.forEach((winner, i) => {
    y[i] = isIndex ? Math.floor(winner / stride) % xShape[axis] : x[winner];
  });
}

/** gradX += gradY (/ count for a mean) at every term, or at the winner; an index has no gradient. */
export function reduceBackward(
  x: FloatArray,
  xShape: Shape,
  axes: readonly number[],
  reduction: Reduction,
  gradY: FloatArray,
  gradX: FloatArray,
): void {
  const round = roundingOf(gradX);
  if (reduction === 'argMax' || reduction === 'argMaxLast') return;
  if (reduction === 'max' || reduction === 'min') {
    winnersOf(x, xShape, axes, reduction).forEach((winner, i) => {
      gradX[winner] = round(gradX[winner] + gradY[i]);
    });
    return;
  }
  const count = reduction === 'mean' ? numel(axes.map((axis) => xShape[axis])) : 1;
  forEachTerm(xShape, axes, (at, to) => {
    gradX[at] = round(gradX[at] + round(gradY[to] / count));
  });
}

function sum(x: FloatArray, xShape: Shape, axes: readonly number[], y: FloatArray): void {
  const round = roundingOf(y);
  y.fill(0);
  forEachTerm(xShape, axes, (at, to) => {
    y[to] = round(y[to] + x[at]);
  });
}

/** For each output the index of its winner in x: the first at a tie (`argMaxLast`: the last); NaN wins. */
function winnersOf(
  x: FloatArray,
  xShape: Shape,
  axes: readonly number[],
  reduction: Reduction,
): number[] {
  const winners: number[] = [];
  forEachTerm(xShape, axes, (at, to) => {
    const best = winners.at(to);
    if (best === undefined || beats(x[at], x[best], reduction)) winners[to] = at;
  });
  return winners;
}

function beats(value: number, best: number, reduction: Reduction): boolean {
  if (best !== best) return false;
  if (value !== value) return true;
  if (reduction === 'min') return value < best;
  return reduction === 'argMaxLast' ? value >= best : value > best;
}

/** Visits the elements of x, each with its output. */
function forEachTerm(
  xShape: Shape,
  axes: readonly number[],
  visit: (at: number, to: number) => void,
): void {
  const kept = xShape.map((extent, axis) => (axes.includes(axis) ? 1 : extent));
  const strides = rowMajorStrides(kept).map((stride, axis) => (axes.includes(axis) ? 0 : stride));
  forEachPlace(xShape, strides, strides, visit);
}
