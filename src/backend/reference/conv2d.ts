import type { Shape } from '../../core/shape.js';
import type { ConvAttrs, FloatArray } from '../attributes.js';
import { convOutputSize } from '../conv-size.js';
import { forEachConvTap, forEachConvTransposeTap, type ConvSides } from './conv-taps.js';
import { roundingOf } from './rounding.js';

/** acc = bias; for ky, kx, c ascending: acc += x · w. */
export function conv2d(
  x: FloatArray,
  xShape: Shape,
  w: FloatArray,
  wShape: Shape,
  bias: FloatArray | null,
  attrs: ConvAttrs,
  y: FloatArray,
): void {
  const round = roundingOf(y);
  fillChannels(y, xShape[0], wShape[0], bias);
  forEachConvTap(sidesOf(xShape, wShape, attrs), attrs, (yi, xi, wi) => {
    y[yi] = round(y[yi] + round(valueAt(x, xi) * w[wi]));
  });
}

/** acc = gradX; for ky, kx, o ascending: acc += gradY · w. */
export function conv2dBackwardInput(
  gradY: FloatArray,
  w: FloatArray,
  wShape: Shape,
  attrs: ConvAttrs,
  gradX: FloatArray,
  xShape: Shape,
): void {
  const round = roundingOf(gradX);
  forEachConvTransposeTap(sidesOf(xShape, wShape, attrs), attrs, (yi, xi, wi) => {
    gradX[xi] = round(gradX[xi] + round(valueAt(gradY, yi) * w[wi]));
  });
}

/** acc = gradW; for n, oy, ox ascending: acc += x · gradY. */
export function conv2dBackwardWeight(
  x: FloatArray,
  xShape: Shape,
  gradY: FloatArray,
  attrs: ConvAttrs,
  gradW: FloatArray,
  wShape: Shape,
): void {
  const round = roundingOf(gradW);
  forEachConvTap(sidesOf(xShape, wShape, attrs), attrs, (yi, xi, wi) => {
    gradW[wi] = round(gradW[wi] + round(valueAt(x, xi) * gradY[yi]));
  });
}

/** Element of a map, or 0 for index −1, which is outside the map. */
export function valueAt(map: FloatArray, index: number): number {
  return index < 0 ? 0 : map[index];
}

/** y[n, c, …] = bias[c], or 0 if `bias` is null. */
export function fillChannels(
  y: FloatArray,
  images: number,
  channels: number,
  bias: FloatArray | null,
): void {
  const inner = y.length / (images * channels);
  for (let i = 0; i < images * channels; i++) {
    y.fill(bias === null ? 0 : bias[i % channels], i * inner, (i + 1) * inner);
  }
}

/** gradBias[c] += Σ over n and positions, summed in float64. */
export function biasBackward(
  gradY: FloatArray,
  channels: number,
  inner: number,
  gradBias: FloatArray,
): void {
  const round = roundingOf(gradBias);
  for (let c = 0; c < channels; c++) {
    let sum = 0;
    for (let start = c * inner; start < gradY.length; start += channels * inner) {
      for (let i = start; i < start + inner; i++) sum += gradY[i];
    }
    gradBias[c] = round(gradBias[c] + round(sum));
  }
}

function sidesOf(xShape: Shape, wShape: Shape, attrs: ConvAttrs): ConvSides {
  const [N, , H, W] = xShape;
  const [O, , kH, kW] = wShape;
  const small = [N, O, convOutputSize(H, kH, attrs, 0), convOutputSize(W, kW, attrs, 1)];
  return { big: xShape, small, weight: wShape };
}
