import { numel } from '../../src/core/shape.js';
import { casesOf } from './layers.js';
import { pooled, type Pooling } from './pooling.js';
import type { Case } from './runner.js';

/** Global pooling of SqueezeNet's classifier at 224 pixels, and windows as in its trunk. */
const POOLINGS: readonly Pooling[] = [
  { name: 'pool10', channels: 1000, kernelSize: 14, stride: 1, size: 14 },
  {
    name: 'pool1 as average',
    channels: 64,
    kernelSize: 3,
    stride: 2,
    size: 112,
    referenceSize: 28,
  },
];

/** Bytes: x and y; backward gradY, and gradX read and written. */
export const cases: readonly Case[] = casesOf(POOLINGS, {
  forward: (pooling) => {
    const { x: xShape, y: yShape, attrs } = pooled(pooling);
    return {
      bytes: 4 * (numel(xShape) + numel(yShape)),
      inputs: [numel(xShape)],
      outputs: [numel(yShape)],
      run: (on, [x], [y]) => on.avgPool2d(x, xShape, attrs, y, yShape),
    };
  },
  backward: (pooling) => {
    const { x: xShape, y: yShape, attrs } = pooled(pooling);
    return {
      bytes: 4 * (numel(yShape) + 2 * numel(xShape)),
      inputs: [numel(yShape)],
      outputs: [numel(xShape)],
      run: (on, [gradY], [gradX]) => on.avgPool2dBackward(gradY, yShape, attrs, gradX, xShape),
    };
  },
});
