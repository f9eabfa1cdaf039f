import type { Shape } from '../../core/shape.js';
import type { ConvAttrs, FloatArray } from '../attributes.js';
import { convTransposeOutputSize } from '../conv-size.js';
import { fillChannels, valueAt } from './conv2d.js';
import { forEachConvTap, forEachConvTransposeTap, type ConvSides } from './conv-taps.js';
import { roundingOf } from './rounding.js';

/** acc = bias; for ky, kx, c ascending over the windows that cover the output: acc += x · w. */
export function convTranspose2d(
  x: FloatArray,
  xShape: Shape,
  w: FloatArray,
  wShape: Shape,
  bias: FloatArray | null,
  attrs: ConvAttrs,
  y: FloatArray,
): void {
  const round = roundingOf(y);
  fillChannels(y, xShape[0], wShape[1] * attrs.groups, bias);
  forEachConvTransposeTap(sidesOf(xShape, wShape, attrs), attrs, (xi, yi, wi) => {
    y[yi] = round(y[yi] + round(valueAt(x, xi) * w[wi]));
  });
}

/** acc = gradX; for ky, kx, o ascending: acc += gradY · w. */
export function convTranspose2dBackwardInput(
  gradY: FloatArray,
  w: FloatArray,
  wShape: Shape,
  attrs: ConvAttrs,
  gradX: FloatArray,
  xShape: Shape,
): void {
  const round = roundingOf(gradX);
  forEachConvTap(sidesOf(xShape, wShape, attrs), attrs, (xi, yi, wi) => {
    gradX[xi] = round(gradX[xi] + round(valueAt(gradY, yi) * w[wi]));
  });
}

/** acc = gradW; for n, iy, ix ascending: acc += gradY · x. */
export function convTranspose2dBackwardWeight(
  x: FloatArray,
  xShape: Shape,
  gradY: FloatArray,
  attrs: ConvAttrs,
  gradW: FloatArray,
  wShape: Shape,
): void {
  const round = roundingOf(gradW);
  forEachConvTap(sidesOf(xShape, wShape, attrs), attrs, (xi, yi, wi) => {
    gradW[wi] = round(gradW[wi] + round(valueAt(gradY, yi) * x[xi]));
  });
}

function sidesOf(xShape: Shape, wShape: Shape, attrs: ConvAttrs): ConvSides {
  const [N, , H, W] = xShape;
  const [, perGroup, kH, kW] = wShape;
  const height = convTransposeOutputSize(H, kH, attrs, 0);
  const width = convTransposeOutputSize(W, kW, attrs, 1);
  return { big: [N, perGroup * attrs.groups, height, width], small: xShape, weight: wShape };
}
