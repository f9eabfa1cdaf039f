import type { Shape } from '../../core/shape.js';
import type { FloatArray, PoolAttrs } from '../attributes.js';
import { forEachWindow } from './pool-windows.js';
import { roundingOf } from './rounding.js';

/** Maximum of an empty window: Caffe's initial value, −FLT_MAX. */
const LOWEST = -3.4028234663852886e38;

/** y = the first largest element in row-major order, or the first NaN. */
export function maxPool2d(
  x: FloatArray,
  xShape: Shape,
  attrs: PoolAttrs,
  y: FloatArray,
  yShape: Shape,
  argmax: FloatArray | null,
): void {
  const W = xShape[3];
  forEachWindow(xShape, yShape, attrs, ({ output, map, top, bottom, left, right }) => {
    let best = LOWEST;
    let bestAt = -1;
    for (let row = top; row < bottom; row++)
      for (let column = left; column < right; column++) {
        const at = row * W + column;
        const value = x[map + at];
        if (bestAt < 0 || value > best || (Number.isNaN(value) && !Number.isNaN(best))) {
          best = value;
          bestAt = at;
        }
      }
    y[output] = best;
    if (argmax !== null) argmax[output] = bestAt;
  });
}

/** gradX[argmax] += gradY, in the order of the output. */
export function maxPool2dBackward(
  gradY: FloatArray,
  yShape: Shape,
  argmax: FloatArray,
  gradX: FloatArray,
  xShape: Shape,
): void {
  const round = roundingOf(gradX);
  const [, , H, W] = xShape;
  const [, , outH, outW] = yShape;
  for (let i = 0; i < gradY.length; i++) {
    if (argmax[i] < 0) continue;
    const at = Math.floor(i / (outH * outW)) * H * W + argmax[i];
    gradX[at] = round(gradX[at] + gradY[i]);
  }
}
