import type { FloatArray } from '../attributes.js';
import { roundingOf } from './rounding.js';

/** y = a if a > b or a is NaN, else b. */
export function maximum(a: FloatArray, b: FloatArray, y: FloatArray): void {
  for (let i = 0; i < a.length; i++) y[i] = wins(a[i], b[i]) ? a[i] : b[i];
}

/** Adds gradY to the gradient of the operand that was taken, and 0 to the other one. */
export function maximumBackward(
  a: FloatArray,
  b: FloatArray,
  gradY: FloatArray,
  gradA: FloatArray | null,
  gradB: FloatArray | null,
): void {
  const round = roundingOf(gradY);
  for (let i = 0; i < a.length; i++) {
    const taken = wins(a[i], b[i]);
    if (gradA !== null) gradA[i] = round(gradA[i] + (taken ? gradY[i] : 0));
    if (gradB !== null) gradB[i] = round(gradB[i] + (taken ? 0 : gradY[i]));
  }
}

function wins(a: number, b: number): boolean {
  return a > b || Number.isNaN(a);
}
