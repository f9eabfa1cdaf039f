import type { FloatArray } from '../attributes.js';
import { roundingOf } from './rounding.js';

/** y = x · scale[c], rounded; then + shift[c] unless `shift` is null. */
export function channelScale(
  x: FloatArray,
  scale: FloatArray,
  shift: FloatArray | null,
  inner: number,
  y: FloatArray,
): void {
  const round = roundingOf(y);
  for (let i = 0; i < x.length; i++) {
    const c = Math.floor(i / inner) % scale.length;
    const product = round(x[i] * scale[c]);
    y[i] = shift === null ? product : round(product + shift[c]);
  }
}

/** gradX += gradY · scale[c]. */
export function channelScaleBackwardInput(
  gradY: FloatArray,
  scale: FloatArray,
  inner: number,
  gradX: FloatArray,
): void {
  const round = roundingOf(gradX);
  for (let i = 0; i < gradY.length; i++) {
    const c = Math.floor(i / inner) % scale.length;
    gradX[i] = round(gradX[i] + round(gradY[i] * scale[c]));
  }
}

/** gradScale[c] += Σ over n and positions of x · gradY: products and sum in float64, rounded once. */
export function channelScaleBackwardScale(
  x: FloatArray,
  gradY: FloatArray,
  inner: number,
  gradScale: FloatArray,
): void {
  const round = roundingOf(gradScale);
  const channels = gradScale.length;
  for (let c = 0; c < channels; c++) {
    let sum = 0;
    for (let start = c * inner; start < x.length; start += channels * inner)
      for (let i = start; i < start + inner; i++) sum += x[i] * gradY[i];
    gradScale[c] = round(gradScale[c] + round(sum));
  }
}
