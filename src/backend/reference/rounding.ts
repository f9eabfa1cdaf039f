import type { FloatArray } from '../backend.js';

/**
 * What happens to every product and every sum that goes into `y`: rounding to float32, or nothing in
 * float64. With it, one plain loop is the definition of a kernel in both precisions.
 */
export function roundingOf(y: FloatArray): (value: number) => number {
  return y instanceof Float32Array ? Math.fround : (value) => value;
}
