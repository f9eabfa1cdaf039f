import type { Shape } from '../../core/shape.js';
import type { FloatArray, LrnAttrs } from '../attributes.js';
import { powOf } from './exp.js';
import { roundingOf } from './rounding.js';

/** scale = k + alpha/size · Σ x², channels of the window ascending; y = x · scale^−beta. */
export function lrn(
  x: FloatArray,
  xShape: Shape,
  attrs: LrnAttrs,
  y: FloatArray,
  scale: FloatArray,
): void {
  const round = roundingOf(y);
  const pow = powOf(y);
  const share = round(attrs.alpha / attrs.size);
  forEachWindow(xShape, attrs.size, (at, first, end, step) => {
    let sum = 0;
    for (let i = first; i < end; i += step) sum = round(sum + round(x[i] * x[i]));
    scale[at] = round(round(attrs.k) + round(share * sum));
    y[at] = round(x[at] * pow(scale[at], -attrs.beta));
  });
}

/**
 * gradX += gradY · scale^−beta; then gradX −= (2·alpha·beta/size · x) · Σ (gradY · y) / scale over the
 * windows that contain x: those centred on the channels of its own window, ascending.
 */
export function lrnBackward(
  x: FloatArray,
  xShape: Shape,
  attrs: LrnAttrs,
  y: FloatArray,
  scale: FloatArray,
  gradY: FloatArray,
  gradX: FloatArray,
): void {
  const round = roundingOf(gradX);
  const pow = powOf(gradX);
  const factor = round((2 * attrs.alpha * attrs.beta) / attrs.size);
  forEachWindow(xShape, attrs.size, (at, first, end, step) => {
    let sum = 0;
    for (let i = first; i < end; i += step) {
      sum = round(sum + round(round(gradY[i] * y[i]) / scale[i]));
    }
    const direct = round(gradX[at] + round(gradY[at] * pow(scale[at], -attrs.beta)));
    gradX[at] = round(direct - round(round(factor * x[at]) * sum));
  });
}

/** Visits the elements, each with the elements of the same pixel in the window's channels. */
function forEachWindow(
  [N, C, H, W]: Shape,
  size: number,
  visit: (at: number, first: number, end: number, step: number) => void,
): void {
  const inner = H * W;
  const reach = (size - 1) / 2;
  for (let n = 0; n < N; n++)
    for (let c = 0; c < C; c++)
      for (let i = 0; i < inner; i++) {
        const pixel = n * C * inner + i;
        const first = Math.max(0, c - reach);
        const end = Math.min(C, c + reach + 1);
        visit(pixel + c * inner, pixel + first * inner, pixel + end * inner, inner);
      }
}
