import type { FloatArray } from '../attributes.js';
import { roundingOf } from './rounding.js';

/** y = a if the condition is not 0, else b; the other operand is not read. */
export function where(condition: FloatArray, a: FloatArray, b: FloatArray, y: FloatArray): void {
  for (let i = 0; i < y.length; i++) y[i] = condition[i] !== 0 ? a[i] : b[i];
}

/** gradA += gradY if the condition is not 0, else gradB += gradY. Either may be null. */
export function whereBackward(
  condition: FloatArray,
  gradY: FloatArray,
  grads: { readonly a: FloatArray | null; readonly b: FloatArray | null },
): void {
  const round = roundingOf(gradY);
  for (let i = 0; i < gradY.length; i++) {
    const taken = condition[i] !== 0 ? grads.a : grads.b;
    if (taken) taken[i] = round(taken[i] + gradY[i]);
  }
}
