import { ln } from '../../core/log.js';
import type { FloatArray } from '../attributes.js';
import { roundingOf } from './rounding.js';
import { forEachPixel } from './softmax.js';

/** FLT_MIN, the smallest normal float32: lower bound of a probability in the logarithm. */
const FLT_MIN = 1.1754943508222875e-38;

/** sum −= ln(max(p[label], FLT_MIN)) over the pixels in row-major order, in float64. */
export function nllSum(
  probabilities: FloatArray,
  labels: FloatArray,
  channels: number,
  inner: number,
  ignoreLabel: number,
): number {
  const log = probabilities instanceof Float32Array ? ln : Math.log;
  let sum = 0;
  forEachPixel(probabilities.length, channels, inner, (first, _end, pixel) => {
    const label = labels[pixel];
    if (label === ignoreLabel) return;
    sum -= log(Math.max(probabilities[first + label * inner], FLT_MIN));
  });
  return sum;
}

/** gradX += (p − 1{label}) · scale; ignored pixels are skipped. */
export function softmaxNllBackward(
  probabilities: FloatArray,
  labels: FloatArray,
  channels: number,
  inner: number,
  ignoreLabel: number,
  scale: number,
  gradX: FloatArray,
): void {
  const round = roundingOf(gradX);
  const factor = round(scale);
  forEachPixel(probabilities.length, channels, inner, (first, end, pixel) => {
    if (labels[pixel] === ignoreLabel) return;
    const target = first + labels[pixel] * inner;
    for (let at = first; at < end; at += inner) {
      const step = round(round(probabilities[at] - (at === target ? 1 : 0)) * factor);
      gradX[at] = round(gradX[at] + step);
    }
  });
}
