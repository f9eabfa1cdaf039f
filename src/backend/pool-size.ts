import type { PoolAttrs } from './backend.js';

/** How the number of pooling windows is rounded where the last one does not fill: Caffe's is `ceil`. */
export type PoolRounding = 'ceil' | 'floor';

/**
 * Number of pooling windows along one axis of n positions: (n + 2·padding − window) / stride, rounded,
 * plus 1. If there is padding, on whichever axis, a last window that would start behind the far border
 * is taken off: so Caffe does it.
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
