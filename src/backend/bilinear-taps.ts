import type { ResizeMode } from './backend.js';

/** For each position of one axis of a resized map: the two positions it lies between, and where. */
export interface AxisTaps {
  /** The position at or before. */
  readonly first: Int32Array;
  /** Its successor, or itself at the end of the axis. */
  readonly second: Int32Array;
  /** Way from the first to the second, in [0, 1). */
  readonly way: Float64Array;
}

/**
 * Where the samples of an axis of `n` positions lie when it is resized to `size`.
 *
 * half-pixel: (i + ½) · n/size − ½, not less than 0: pixels are areas. align-corners:
 * i · (n − 1)/(size − 1), and 0 if size is 1: pixels are points, the outermost stay where they are.
 * Both are fractions of integers, so that the only rounding is that of `way`.
 */
export function bilinearTaps(n: number, size: number, mode: ResizeMode): AxisTaps {
  const first = new Int32Array(size);
  const second = new Int32Array(size);
  const way = new Float64Array(size);
  const den = mode === 'half-pixel' ? 2 * size : Math.max(1, size - 1);
  for (let i = 0; i < size; i++) {
    const num = mode === 'half-pixel' ? Math.max(0, (2 * i + 1) * n - size) : i * (n - 1);
    first[i] = Math.floor(num / den);
    second[i] = Math.min(first[i] + 1, n - 1);
    way[i] = (num - first[i] * den) / den;
  }
  return { first, second, way };
}
