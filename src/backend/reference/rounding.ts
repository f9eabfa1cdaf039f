import type { FloatArray } from '../attributes.js';

/**
 * Returns the rounding of every product and sum that goes into `y`: to float32, or none in float64.
 * One plain loop thereby defines a kernel in both precisions.
 */
export function roundingOf(y: FloatArray): (value: number) => number {
  return y instanceof Float32Array ? Math.fround : (value) => value;
}
