import { numel, type Shape } from '../../core/shape.js';
import type { FloatArray } from '../backend.js';
import { roundingOf } from './rounding.js';
import { forEachPlace, rowMajorStrides } from './strided-walk.js';

/** Places of an array, one for each element of the result. */
export interface ElementPlaces {
  /** Shape of the array that is picked from. */
  readonly xShape: Shape;
  /** On which index of the axis each element lies; its other indices are those of its own place. */
  readonly indices: FloatArray;
  /** Shape of the indices and of the result. */
  readonly yShape: Shape;
  /** The axis. */
  readonly axis: number;
}

/** Where the first index lies that is none of the axis; −1 if all are fine. */
export function firstBadIndex({ xShape, indices, axis }: ElementPlaces): number {
  const extent = xShape[axis];
  return indices.findIndex((i: number) => !(Number.isInteger(i) && i >= 0 && i < extent));
}

/** y[…, j, …] = x[…, indices[…, j, …], …]. Every index must be one of the axis. */
export function gatherElements(x: FloatArray, places: ElementPlaces, y: FloatArray): void {
  forEachElement(places, (at, from) => {
    y[at] = x[from];
  });
}

/** gradX += gradY at the element that was picked, in the order of y. */
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
