import type { ConvAttrs } from './backend.js';

/** Positions of a sliding window along one axis: ⌊(n + 2·padding − window) / stride⌋ + 1. */
export function slidingSize(n: number, k: number, attrs: ConvAttrs, axis: 0 | 1): number {
  const window = attrs.dilation[axis] * (k - 1) + 1;
  return Math.floor((n + 2 * attrs.padding[axis] - window) / attrs.stride[axis]) + 1;
}

/** Extent that stamping covers along one axis: stride·(n − 1) + window − 2·padding. */
export function stampingSize(n: number, k: number, attrs: ConvAttrs, axis: 0 | 1): number {
  const window = attrs.dilation[axis] * (k - 1) + 1;
  return attrs.stride[axis] * (n - 1) + window - 2 * attrs.padding[axis];
}
