/** How the number of pooling windows is rounded where the last one does not fill: Caffe's is `ceil`. */
export type PoolRounding = 'ceil' | 'floor';

/**
 * Number of pooling windows along one axis of n positions: (n + 2·padding − window) / stride, rounded,
 * plus 1. With padding, a last window that would start behind the far border is taken off, as in Caffe.
 */
export function poolSize(
  n: number,
  window: number,
  stride: number,
  padding: number,
  rounding: PoolRounding,
): number {
  const steps = (n + 2 * padding - window) / stride;
  const count = (rounding === 'ceil' ? Math.ceil(steps) : Math.floor(steps)) + 1;
  return padding > 0 && (count - 1) * stride >= n + padding ? count - 1 : count;
}
