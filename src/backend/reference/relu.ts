import type { FloatArray } from '../attributes.js';
import { roundingOf } from './rounding.js';

/** y = x if x > 0 or x is NaN, else +0. */
export function relu(x: FloatArray, y: FloatArray): void {
  for (let i = 0; i < x.length; i++) y[i] = x[i] <= 0 ? 0 : x[i];
}

/** gradX += gradY if x > 0, else += 0. */
export function reluBackward(x: FloatArray, gradY: FloatArray, gradX: FloatArray): void {
  const round = roundingOf(gradX);
  for (let i = 0; i < x.length; i++) gradX[i] = round(gradX[i] + (x[i] > 0 ? gradY[i] : 0));
}
