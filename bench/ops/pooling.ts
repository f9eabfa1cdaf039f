import type { PoolAttrs } from '../../src/backend/attributes.js';
import { poolSize } from '../../src/backend/pool-size.js';
import type { Shape } from '../../src/core/shape.js';
import type { Maps } from './layers.js';

/** A pooling without padding. */
export interface Pooling extends Maps {
  readonly kernelSize: number;
  readonly stride: number;
}

/** Of FCN-8s VGG16 at 500 pixels with padding 100, and of SqueezeNet at 224. */
export const POOLINGS: readonly Pooling[] = [
  { name: 'pool3', channels: 256, kernelSize: 2, stride: 2, size: 175, referenceSize: 24 },
  {
    name: 'pool1 of SqueezeNet',
    channels: 64,
    kernelSize: 3,
    stride: 2,
    size: 112,
    referenceSize: 28,
  },
];

/** Shapes and geometry of a pooling. */
export function pooled(pooling: Pooling): { x: Shape; y: Shape; attrs: PoolAttrs } {
  const { channels, kernelSize, stride, size } = pooling;
  const attrs: PoolAttrs = {
    kernelSize: [kernelSize, kernelSize],
    stride: [stride, stride],
    padding: [0, 0],
  };
  const out = poolSize(size, { ...attrs, rounding: 'ceil' }, 0);
  return { x: [1, channels, size, size], y: [1, channels, out, out], attrs };
}
