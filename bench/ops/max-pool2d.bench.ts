import { numel } from '../../src/core/shape.js';
import { pooled, POOLINGS } from './pooling.js';
import { casesOf } from './layers.js';
import type { Case } from './runner.js';

/** Bytes: x and y; while training also the winners; backward gradY, winners, and as much of gradX twice. */
export const cases: readonly Case[] = casesOf(POOLINGS, {
  forward: (pooling) => {
    const { x: xShape, y: yShape, attrs } = pooled(pooling);
    return {
      bytes: 4 * (numel(xShape) + numel(yShape)),
      inputs: [numel(xShape)],
      outputs: [numel(yShape)],
      run: (on, [x], [y]) => on.maxPool2d(x, xShape, attrs, y, yShape, null),
    };
  },
  'forward in training': (pooling) => {
    const { x: xShape, y: yShape, attrs } = pooled(pooling);
    return {
      bytes: 4 * (numel(xShape) + 2 * numel(yShape)),
      inputs: [numel(xShape)],
      outputs: [numel(yShape), numel(yShape)],
      run: (on, [x], [y, winners]) => on.maxPool2d(x, xShape, attrs, y, yShape, winners),
    };
  },
  backward: (pooling) => {
    const { x: xShape, y: yShape, attrs } = pooled(pooling);
    return {
      bytes: 16 * numel(yShape),
      inputs: [numel(yShape), numel(yShape), numel(xShape), numel(yShape)],
      outputs: [numel(xShape)],
      prepare: (on, [, winners, x, y]) => on.maxPool2d(x, xShape, attrs, y, yShape, winners),
      run: (on, [gradY, winners], [gradX]) =>
        on.maxPool2dBackward(gradY, yShape, winners, gradX, xShape),
    };
  },
});
