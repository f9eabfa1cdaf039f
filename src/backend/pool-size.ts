import type { PoolAttrs } from './attributes.js';

/** Rounding of the number of pooling windows if the last window is incomplete; Caffe uses `ceil`. */
export type PoolRounding = 'ceil' | 'floor';

/**
 * Number of pooling windows along one axis of n positions: (n + 2·padding − window) / stride, rounded,
 * plus 1. As in Caffe, if any axis is padded, a last window that would start beyond the far border is
 * dropped.
 */
export function poolSize(
  n: number,
  attrs: PoolAttrs & { readonly rounding: PoolRounding },
  axis: 0 | 1,
): number {
  const padding = attrs.padding[axis];
  const stride = attrs.stride[axis];
  const steps = (n + 2 * padding - attrs.kernelSize[axis]) / stride;
  const count = (attrs.rounding === 'ceil' ? Math.ceil(steps) : Math.floor(steps)) + 1;
  const clips = Math.max(...attrs.padding) > 0;
  return clips && (count - 1) * stride >= n + padding ? count - 1 : count;
}
