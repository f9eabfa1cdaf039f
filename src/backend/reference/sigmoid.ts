import type { FloatArray } from '../attributes.js';
import { expOf } from './exp.js';
import { roundingOf } from './rounding.js';

/** y = 1 / (1 + exp(−x)). */
export function sigmoid(x: FloatArray, y: FloatArray): void {
  const round = roundingOf(y);
  const exp = expOf(y);
  for (let i = 0; i < y.length; i++) y[i] = round(1 / round(1 + exp(-x[i])));
}

/** gradX += gradY · (y · (1 − y)). */
export function sigmoidBackward(y: FloatArray, gradY: FloatArray, gradX: FloatArray): void {
  const round = roundingOf(gradX);
  for (let i = 0; i < gradX.length; i++) {
    const slope = round(y[i] * round(1 - y[i]));
    gradX[i] = round(gradX[i] + round(gradY[i] * slope));
  }
}
