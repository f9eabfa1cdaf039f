import type { BoxAttrs, FloatArray } from '../attributes.js';
import { roundingOf } from './rounding.js';

/** target[box] = source[box], or += with `accumulate`. */
export function copyBox(
  source: FloatArray,
  target: FloatArray,
  box: BoxAttrs,
  accumulate: boolean,
): void {
  const round = roundingOf(target);
  const [planes, rows, columns] = box.extent;
  for (let p = 0; p < planes; p++)
    for (let r = 0; r < rows; r++)
      for (let c = 0; c < columns; c++) {
        const from = box.source.start + p * box.source.planeStride + r * box.source.rowStride + c;
        const to = box.target.start + p * box.target.planeStride + r * box.target.rowStride + c;
        target[to] = accumulate ? round(target[to] + source[from]) : source[from];
      }
}
