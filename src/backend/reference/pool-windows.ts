import type { Shape } from '../../core/shape.js';
import type { PoolAttrs } from '../attributes.js';

/** One pooling window, clipped to the image: rows `top` ≤ y < `bottom`, columns `left` ≤ x < `right`. */
export interface PoolWindow {
  /** Index of the window's output element. */
  readonly output: number;
  /** Index of the first element of the window's map. */
  readonly map: number;
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
  /** Divisor of an average: the area including the border, but not beyond the far border; ≥ 1. */
  readonly area: number;
}

/** Visits the windows of all maps in the order of the output. */
export function forEachWindow(
  xShape: Shape,
  yShape: Shape,
  attrs: PoolAttrs,
  visit: (window: PoolWindow) => void,
): void {
  const [N, C, H, W] = xShape;
  const [, , outH, outW] = yShape;
  let output = 0;
  for (let map = 0; map < N * C * H * W; map += H * W)
    for (let oy = 0; oy < outH; oy++)
      for (let ox = 0; ox < outW; ox++, output++) {
        const rows = span(oy, H, attrs, 0);
        const columns = span(ox, W, attrs, 1);
        visit({
          output,
          map,
          top: rows.from,
          bottom: rows.to,
          left: columns.from,
          right: columns.to,
          area: Math.max(1, rows.length * columns.length),
        });
      }
}

function span(o: number, n: number, attrs: PoolAttrs, axis: 0 | 1) {
  const start = o * attrs.stride[axis] - attrs.padding[axis];
  const end = Math.min(start + attrs.kernelSize[axis], n + attrs.padding[axis]);
  return { from: Math.max(start, 0), to: Math.min(end, n), length: Math.max(0, end - start) };
}
