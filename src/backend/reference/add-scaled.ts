import type { FloatArray } from '../attributes.js';
import { roundingOf } from './rounding.js';

/** y += coefficient · x; the coefficient and the product are rounded before the addition. */
export function addScaled(x: FloatArray, coefficient: number, y: FloatArray): void {
  const round = roundingOf(y);
  const factor = round(coefficient);
  for (let i = 0; i < x.length; i++) y[i] = round(y[i] + round(factor * x[i]));
}

/** y += a · b; the product is rounded before the addition. */
export function addProduct(a: FloatArray, b: FloatArray, y: FloatArray): void {
  const round = roundingOf(y);
  for (let i = 0; i < a.length; i++) y[i] = round(y[i] + round(a[i] * b[i]));
}
