import { numel, type Shape } from '../../core/shape.js';
import type { FloatArray } from '../attributes.js';
import { roundingOf } from './rounding.js';
import { forEachPlace, rowMajorStrides } from './strided-walk.js';

/** Operands of {@link gatherElements} other than the data. */
export interface ElementPlaces {
  /** Shape of x. */
  readonly xShape: Shape;
  /** For each element of y its index along `axis`; its other indices are its own position. */
  readonly indices: FloatArray;
  /** Shape of `indices` and of y. */
  readonly yShape: Shape;
  /** Axis of x along which elements are picked. */
  readonly axis: number;
}

/** Position of the first index that is out of range; −1 if all are valid. */
export function firstBadIndex({ xShape, indices, axis }: ElementPlaces): number {
  const extent = xShape[axis];
  return indices.findIndex((i: number) => !(Number.isInteger(i) && i >= 0 && i < extent));
}

/** y[…, j, …] = x[…, indices[…, j, …], …]. Every index must be in range. */
export function gatherElements(x: FloatArray, places: ElementPlaces, y: FloatArray): void {
  forEachElement(places, (at, from) => {
    y[at] = x[from];
  });
}

/** gradX += gradY at the picked element, in the order of y. */
export function gatherElementsBackward(
  gradY: FloatArray,
  places: ElementPlaces,
  gradX: FloatArray,
): void {
  const round = roundingOf(gradX);
  forEachElement(places, (at, from) => {
    gradX[from] = round(gradX[from] + gradY[at]);
  });
}

function forEachElement(
  { xShape, indices, yShape, axis }: ElementPlaces,
  visit: (at: number, from: number) => void,
): void {
  const strides = rowMajorStrides(xShape);
  const along = numel(xShape.slice(axis + 1));
  const others = strides.with(axis, 0);
  forEachPlace(yShape, others, others, (at, from) => {
    visit(at, from + along * indices[at]);
  });
}
