import type { Shape } from '../../core/shape.js';
import type { FloatArray, PoolAttrs } from '../attributes.js';
import { forEachWindow } from './pool-windows.js';
import { roundingOf } from './rounding.js';

/** acc = 0; for rows, columns ascending: acc += x; y = acc / area. */
export function avgPool2d(
  x: FloatArray,
  xShape: Shape,
  attrs: PoolAttrs,
  y: FloatArray,
  yShape: Shape,
): void {
  const round = roundingOf(y);
  const W = xShape[3];
  forEachWindow(xShape, yShape, attrs, ({ output, map, top, bottom, left, right, area }) => {
    let acc = 0;
    for (let row = top; row < bottom; row++)
      for (let column = left; column < right; column++)
        acc = round(acc + x[map + row * W + column]);
    y[output] = round(acc / area);
  });
}

/** For every window in the order of the output: gradX += gradY / area over the window. */
export function avgPool2dBackward(
  gradY: FloatArray,
  yShape: Shape,
  attrs: PoolAttrs,
  gradX: FloatArray,
  xShape: Shape,
): void {
  const round = roundingOf(gradX);
  const W = xShape[3];
  forEachWindow(xShape, yShape, attrs, ({ output, map, top, bottom, left, right, area }) => {
    const share = round(gradY[output] / area);
    for (let row = top; row < bottom; row++)
      for (let column = left; column < right; column++) {
        const at = map + row * W + column;
        gradX[at] = round(gradX[at] + share);
      }
  });
}
