/** Buffers start at multiples of this many bytes: a cache line. */
export const ALIGNMENT = 64;

/** The smallest multiple of a step that is not below a value. */
export function roundUp(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}
