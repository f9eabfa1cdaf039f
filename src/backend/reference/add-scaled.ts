import type { FloatArray } from '../backend.js';
import { roundingOf } from './rounding.js';

/** y += coefficient · x; the coefficient is rounded first, the product too. */
export function addScaled(x: FloatArray, coefficient: number, y: FloatArray): void {
  const round = roundingOf(y);
  const factor = round(coefficient);
  for (let i = 0; i < x.length; i++) y[i] = round(y[i] + round(factor * x[i]));
}

/** y += a · b; the product is rounded first. */
export function addProduct(a: FloatArray, b: FloatArray, y: FloatArray): void {
  const round = roundingOf(y);
  for (let i = 0; i < a.length; i++) y[i] = round(y[i] + round(a[i] * b[i]));
}
