import type { FloatArray } from '../attributes.js';
import { expOf } from './exp.js';
import { roundingOf } from './rounding.js';

/**
 * Per pixel, channels ascending: the maximum; e = exp(x − max); y = e / Σ e.
 * A pixel with a NaN or +Infinity, or with −Infinity in every channel, is NaN in every channel.
 */
export function softmax(x: FloatArray, channels: number, inner: number, y: FloatArray): void {
  const round = roundingOf(y);
  const exp = expOf(y);
  forEachPixel(x.length, channels, inner, (first, end) => {
    let max = -Infinity;
    for (let at = first; at < end; at += inner) max = Math.max(max, x[at]);
    let sum = 0;
    for (let at = first; at < end; at += inner) {
      y[at] = exp(round(x[at] - max));
      sum = round(sum + y[at]);
    }
    for (let at = first; at < end; at += inner) y[at] = round(y[at] / sum);
  });
}

/** Per pixel: dot = Σ y · gradY, channels ascending; gradX += y · (gradY − dot). */
export function softmaxBackward(
  y: FloatArray,
  gradY: FloatArray,
  channels: number,
  inner: number,
  gradX: FloatArray,
): void {
  const round = roundingOf(gradX);
  forEachPixel(y.length, channels, inner, (first, end) => {
    let dot = 0;
    for (let at = first; at < end; at += inner) dot = round(dot + round(y[at] * gradY[at]));
    for (let at = first; at < end; at += inner) {
      gradX[at] = round(gradX[at] + round(y[at] * round(gradY[at] - dot)));
    }
  });
}

/**
 * Visits the pixels of `[N, channels, inner]` in row-major order: the index of the pixel in the first
 * channel, the end of a loop over the channels in steps of `inner`, and the number of the pixel.
 */
export function forEachPixel(
  length: number,
  channels: number,
  inner: number,
  visit: (first: number, end: number, pixel: number) => void,
): void {
  let pixel = 0;
  for (let image = 0; image < length; image += channels * inner) {
    for (let i = 0; i < inner; i++, pixel++) {
      visit(image + i, image + i + channels * inner, pixel);
    }
  }
}
