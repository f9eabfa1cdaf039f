import assert from 'node:assert/strict';
import { FcnError } from '../../../src/core/errors.js';
import { exportPrototxt } from '../../../src/formats/caffe/export-network.js';
import { batchNorm2d } from '../../../src/ops/batch-norm2d.js';
import { elementwise } from '../../../src/ops/elementwise.js';
import { concat } from '../../../src/ops/concat.js';
import { crop } from '../../../src/ops/crop.js';
import { linear } from '../../../src/ops/linear.js';
import { poolNd } from '../../../src/ops/pool-nd.js';
import { takeElements } from '../../../src/ops/take-elements.js';
import { reduce } from '../../../src/ops/reduce.js';
import { reshape } from '../../../src/ops/reshape.js';
import { slice } from '../../../src/ops/slice.js';
import { softmaxCrossEntropy } from '../../../src/ops/softmax-cross-entropy.js';
import { weightedSum } from '../../../src/ops/weighted-sum.js';
import { pointwiseOf, labelsOf, networkOf, POOL, SHAPE, type Forward } from './one-op-network.js';

/** Cases that Caffe cannot compute, with the expected message. */
const REFUSED: Readonly<Record<string, readonly [Forward, RegExp]>> = {
  'every second row': [
    (x) =>
      takeElements(x, { tables: [[0], [0, 48, 96, 144], [0, 16, 32], [0, 1, 2, 3, 4, 5, 6, 7]] }),
    /data:takeElements \(takeElements\): Caffe has no layer for steps/,
  ],
  'transposed axes': [
    (x) =>
      takeElements(x, {
        tables: [[0], [0, 1, 2, 3, 4, 5, 6, 7], [0, 8, 16, 24, 32, 40], [0, 48, 96, 144]],
      }),
    /transposed axes/,
  ],
  padding: [
    (x) =>
      takeElements(x, {
        tables: [[0], [0, 48, 96, 144], [-1, 0, 8, 16, 24, 32, 40], [0, 1, 2, 3, 4, 5, 6, 7]],
      }),
    /or padding/,
  ],
  'dilated windows': [
    (x) => poolNd(x, { ...POOL, kind: 'max', dilation: [2, 1] }),
    /no dilated pooling \(got dilation 2×1\)/,
  ],
  'averages without their padding': [
    (x) => poolNd(x, { ...POOL, kind: 'average' }),
    /no pooling of kind average/,
  ],
  rounding: [pointwiseOf({ name: 'floor' }), /Caffe has no layer that rounds/],
  quotients: [(x) => elementwise(x, x, 'div'), /cannot broadcast in div/],
  'sums of rows': [
    (x) => reduce(x, { reduction: 'sum', axes: [2] }),
    /no layer for sum over axes 2/,
  ],
  'a weighted loss': [
    (x) => softmaxCrossEntropy(x, labelsOf(x), { weight: 2 }),
    /without its weight \(got weight 2, expected 1\)/,
  ],
  'computed statistics': [
    (x, w) =>
      batchNorm2d(x, {
        mean: reshape(slice(slice(x, 2, 0, 1), 3, 0, 1), [4]),
        variance: w('bn.running_var', 4),
      }),
    /its running_mean is computed/,
  ],
  'a weight times two': [
    (x, w) => linear(x, weightedSum([w('fc.weight', 5, 192)], [2])),
    /fc \(weightedSum\): a Power layer cannot have parameters/,
  ],
  'statistics times a number that is not one over their count': [
    (x, w) => {
      const count = w('bn.running_count', 1).data[0];
      return batchNorm2d(x, {
        mean: weightedSum([w('bn.running_mean', 4)], [1 / count]),
        variance: weightedSum([w('bn.running_var', 4)], [2 / count]),
      });
    },
    /a Power layer cannot have parameters/,
  ],
  'statistics times a number, without a count': [
    (x, w) =>
      batchNorm2d(x, {
        mean: weightedSum([w('bn.running_mean', 4)], [0.5]),
        variance: weightedSum([w('bn.running_var', 4)], [0.5]),
      }),
    /a Power layer cannot have parameters/,
  ],
  'a parameter with another name': [
    (x, w) => linear(x, w('fc.kernel', 5, 192)),
    /wrong parameter name \(got fc\.kernel, expected LAYER\.weight\)/,
  ],
  'a weight that two layers share': [
    (x, w) => concat([linear(x, w('fc.weight', 5, 192)), linear(x, w('fc.weight', 5, 192))], 1),
    /two layers would get the name fc/,
  ],
  'a crop to a size that no blob has': [
    (x) => crop(x, [0, 0], [2, 2]),
    /Crop needs a blob of its size/,
  ],
};

describe('ops without a Caffe layer', () => {
  for (const [name, [forward, message]] of Object.entries(REFUSED)) {
    it(`${name}: refused with the expected message`, () => {
      assert.throws(
        () => exportPrototxt(networkOf(forward), SHAPE),
        (error) => error instanceof FcnError && message.test(error.message),
      );
    });
  }
});
