import type { FloatArray } from '../backend.js';
import { roundingOf } from './rounding.js';

/** y = a where the condition is not 0, b elsewhere; the other one is not looked at. */
export function where(condition: FloatArray, a: FloatArray, b: FloatArray, y: FloatArray): void {
  for (let i = 0; i < y.length; i++) y[i] = condition[i] !== 0 ? a[i] : b[i];
}

/** gradA += gradY where the condition is not 0, gradB += gradY elsewhere. Either may be null. */
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
