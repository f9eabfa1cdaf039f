import type { ConvAttrs } from './attributes.js';

/** Output size of a convolution along one axis: ⌊(n + 2·padding − window) / stride⌋ + 1. */
export function convOutputSize(n: number, k: number, attrs: ConvAttrs, axis: 0 | 1): number {
  const window = attrs.dilation[axis] * (k - 1) + 1;
  return Math.floor((n + 2 * attrs.padding[axis] - window) / attrs.stride[axis]) + 1;
}

/** Output size of a transposed convolution along one axis: stride·(n − 1) + window − 2·padding. */
export function convTransposeOutputSize(
  n: number,
  k: number,
  attrs: ConvAttrs,
  axis: 0 | 1,
): number {
  const window = attrs.dilation[axis] * (k - 1) + 1;
  return attrs.stride[axis] * (n - 1) + window - 2 * attrs.padding[axis];
}
