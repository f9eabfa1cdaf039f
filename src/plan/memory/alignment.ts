/** Buffers start at multiples of this many bytes: a cache line. */
export const ALIGNMENT = 64;

/** Returns the smallest multiple of `step` that is at least `value`. */
export function roundUp(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}
