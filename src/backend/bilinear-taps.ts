import type { ResizeMode } from './attributes.js';

/** For each position along one axis of a resized map: its two neighbours in the input and their weights. */
export interface AxisTaps {
  /** Input position at or before the sample. */
  readonly first: Int32Array;
  /** Input position after `first`, or `first` itself at the end of the axis. */
  readonly second: Int32Array;
  /** Fraction of the distance from `first` to `second`, in [0, 1): the weight of `second`. */
  readonly way: Float64Array;
}

/**
 * Computes the samples of an axis of `n` positions that is resized to `size`.
 *
 * half-pixel: max(0, (i + ½) · n/size − ½); pixels are areas. align-corners:
 * i · (n − 1)/(size − 1), or 0 if size is 1; pixels are points, and the outermost ones do not move.
 * Both are fractions of integers, so only `way` is rounded.
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
