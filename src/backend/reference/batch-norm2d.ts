import type { BatchNormGrads, BatchStats, FloatArray } from '../attributes.js';
import { roundingOf } from './rounding.js';

/** Mean and biased variance of each channel: sums in float64, in index order. */
export function channelMoments(
  x: FloatArray,
  inner: number,
  mean: FloatArray,
  variance: FloatArray,
): void {
  const channels = mean.length;
  const count = x.length / channels;
  for (let c = 0; c < channels; c++) {
    let sum = 0;
    forEachOfChannel(x.length, channels, inner, c, (i) => (sum += x[i]));
    const center = sum / count;
    let squares = 0;
    forEachOfChannel(x.length, channels, inner, c, (i) => (squares += (x[i] - center) ** 2));
    mean[c] = center;
    variance[c] = squares / count;
  }
}

/** y = ((x − mean) · invStd) · weight + bias; a null weight is 1, a null bias is 0. */
export function batchNorm(
  x: FloatArray,
  inner: number,
  { mean, invStd }: BatchStats,
  weight: FloatArray | null,
  bias: FloatArray | null,
  y: FloatArray,
): void {
  const round = roundingOf(y);
  const channels = mean.length;
  for (let c = 0; c < channels; c++) {
    const gain = weight === null ? 1 : weight[c];
    const shift = bias === null ? 0 : bias[c];
    forEachOfChannel(x.length, channels, inner, c, (i) => {
      const normal = round(round(x[i] - mean[c]) * invStd[c]);
      y[i] = round(round(normal * gain) + shift);
    });
  }
}

/**
 * With g = gradY and x̂ = (x − mean) · invStd: gradBias += Σ g and gradWeight += Σ g · x̂, summed in
 * float64. With gain = invStd · weight: gradX += g · gain for fixed statistics; for statistics of the
 * batch, gradX += ((g − Σ g / count) − x̂ · (Σ g · x̂ / count)) · gain.
 */
export function batchNormBackward(
  x: FloatArray,
  inner: number,
  { mean, invStd }: BatchStats,
  weight: FloatArray | null,
  gradY: FloatArray,
  training: boolean,
  grads: BatchNormGrads,
): void {
  const round = roundingOf(gradY);
  const channels = mean.length;
  const count = x.length / channels;
  for (let c = 0; c < channels; c++) {
    const normal = (i: number): number => round(round(x[i] - mean[c]) * invStd[c]);
    let sum = 0;
    let product = 0;
    forEachOfChannel(x.length, channels, inner, c, (i) => {
      sum += gradY[i];
      product += gradY[i] * normal(i);
    });
    if (grads.bias) grads.bias[c] = round(grads.bias[c] + round(sum));
    if (grads.weight) grads.weight[c] = round(grads.weight[c] + round(product));
    const gradX = grads.x;
    if (!gradX) continue;
    const gain = round(invStd[c] * (weight === null ? 1 : weight[c]));
    const offset = training ? round(sum / count) : 0;
    const slope = training ? round(product / count) : 0;
    forEachOfChannel(x.length, channels, inner, c, (i) => {
      const through = round(round(gradY[i] - offset) - round(normal(i) * slope));
      gradX[i] = round(gradX[i] + round((training ? through : gradY[i]) * gain));
    });
  }
}

/** Visits the elements of a channel of `[N, channels, inner]`, in index order. */
function forEachOfChannel(
  length: number,
  channels: number,
  inner: number,
  channel: number,
  visit: (index: number) => void,
): void {
  for (let map = channel * inner; map < length; map += channels * inner) {
    for (let i = map; i < map + inner; i++) visit(i);
  }
}
