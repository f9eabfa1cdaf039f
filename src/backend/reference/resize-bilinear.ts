import type { Shape } from '../../core/shape.js';
import type { FloatArray, ResizeMode } from '../attributes.js';
import { bilinearTaps } from '../bilinear-taps.js';
import { roundingOf } from './rounding.js';

/** Along rows first: row = x₀ · (1 − way) + x₁ · way; then the same down the columns of these rows. */
export function resizeBilinear(
  x: FloatArray,
  xShape: Shape,
  mode: ResizeMode,
  y: FloatArray,
  yShape: Shape,
): void {
  const round = roundingOf(y);
  const { planes, H, W, outH, outW, down, along } = layoutOf(xShape, yShape, mode);
  const rows = new Float64Array(H * outW);
  const mix = (a: number, b: number, way: number): number =>
    round(round(a * round(1 - way)) + round(b * round(way)));
  for (let plane = 0; plane < planes; plane++) {
    for (let i = 0; i < H; i++)
      for (let j = 0; j < outW; j++) {
        const row = (plane * H + i) * W;
        rows[i * outW + j] = mix(x[row + along.first[j]], x[row + along.second[j]], along.way[j]);
      }
    for (let i = 0; i < outH; i++)
      for (let j = 0; j < outW; j++) {
        const upper = rows[down.first[i] * outW + j];
        const lower = rows[down.second[i] * outW + j];
        y[(plane * outH + i) * outW + j] = mix(upper, lower, down.way[i]);
      }
  }
}

/**
 * The adjoint: rows start at 0 and add gradY · (1 − way) and gradY · way, output rows ascending; then
 * gradX adds the rows in the same way, output columns ascending.
 */
export function resizeBilinearBackward(
  gradY: FloatArray,
  yShape: Shape,
  mode: ResizeMode,
  gradX: FloatArray,
  xShape: Shape,
): void {
  const round = roundingOf(gradX);
  const { planes, H, W, outH, outW, down, along } = layoutOf(xShape, yShape, mode);
  const rows = new Float64Array(H * outW);
  const add = (target: FloatArray, at: number, value: number, way: number): void => {
    target[at] = round(target[at] + round(value * round(way)));
  };
  for (let plane = 0; plane < planes; plane++) {
    rows.fill(0);
    for (let i = 0; i < outH; i++)
      for (let j = 0; j < outW; j++) {
        const value = gradY[(plane * outH + i) * outW + j];
        add(rows, down.first[i] * outW + j, value, 1 - down.way[i]);
        add(rows, down.second[i] * outW + j, value, down.way[i]);
      }
    for (let i = 0; i < H; i++)
      for (let j = 0; j < outW; j++) {
        const row = (plane * H + i) * W;
        add(gradX, row + along.first[j], rows[i * outW + j], 1 - along.way[j]);
        add(gradX, row + along.second[j], rows[i * outW + j], along.way[j]);
      }
  }
}

function layoutOf([N, C, H, W]: Shape, [, , outH, outW]: Shape, mode: ResizeMode) {
  const down = bilinearTaps(H, outH, mode);
  const along = bilinearTaps(W, outW, mode);
  return { planes: N * C, H, W, outH, outW, down, along };
}
