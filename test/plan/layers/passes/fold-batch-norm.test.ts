import assert from 'node:assert/strict';
import { readPart } from '../../../../src/core/stored-array.js';
import { add } from '../../../../src/ops/add.js';
import { batchNorm2d } from '../../../../src/ops/batch-norm2d.js';
import { channelScale } from '../../../../src/ops/channel-scale.js';
import { conv2d } from '../../../../src/ops/conv2d.js';
import { relu } from '../../../../src/ops/relu.js';
import { foldBatchNorm } from '../../../../src/plan/layers/passes/fold-batch-norm.js';
import { fuseRelu } from '../../../../src/plan/layers/passes/fuse-relu.js';
import type { Tensor } from '../../../../src/tensor/tensor.js';
import { assertClose } from '../../../support/close.js';
import { kindsOf, planOf, resultOf, type Forward } from './small-plan.js';

/** Each weight is rounded once more, and sums of 18 terms are rounded elsewhere: some 2⁻²⁴ each. */
const TOLERANCE = 32 * 2 ** -24;

function check(forward: Forward, kinds: readonly string[]): void {
  const before = planOf(forward);
  const after = foldBatchNorm(before);
  assert.deepEqual(kindsOf(after), kinds);
  assertClose('result', resultOf(after), resultOf(before), TOLERANCE);
}

type Weights = Parameters<Forward>[1];

const convolved = (x: Tensor, w: Weights): Tensor => conv2d(x, w('a', 3, 2, 3, 3), w('b', 3));

/** Normalised by random statistics. */
function normalised(x: Tensor, w: Weights, affine: readonly ('weight' | 'bias')[]): Tensor {
  const options = Object.fromEntries(affine.map((name) => [name, w(name, 3)]));
  return batchNorm2d(x, { mean: w('mean', 3), variance: w('v', 3) }, { ...options, epsilon: 0.25 });
}

describe('fold-batch-norm', () => {
  for (const affine of [[], ['weight'], ['bias'], ['weight', 'bias']] as const) {
    it(`folds normalisation with ${affine.join(' and ') || 'nothing more'}`, () => {
      check((x, w) => normalised(convolved(x, w), w, affine), ['conv']);
      check((x, w) => normalised(conv2d(x, w('a', 3, 2, 1, 1)), w, affine), ['conv']);
    });
  }

  it('folds factors per channel, and both in sequence as in Caffe', () => {
    check((x, w) => channelScale(convolved(x, w), w('s', 3)), ['conv']);
    check((x, w) => channelScale(convolved(x, w), w('s', 3), w('t', 3)), ['conv']);
    check(
      (x, w) => channelScale(normalised(convolved(x, w), w, []), w('s', 3), w('t', 3)),
      ['conv'],
    );
  });

  it('scales each filter by its own gain, also where filters are read in parts', () => {
    const list = foldBatchNorm(planOf((x, w) => normalised(convolved(x, w), w, ['weight'])));
    const [layer] = list.layers;
    assert(layer.kind === 'conv');
    const { weight } = layer;
    for (const begin of [1, 18, 20, 37]) {
      const part = new Float32Array(15);
      readPart(weight, begin, part);
      assert.deepEqual(part, weight.data.slice(begin, begin + 15));
    }
  });

  it('keeps normalisation after ReLU, and of a map with another reader', () => {
    check((x, w) => normalised(relu(convolved(x, w)), w, []), ['conv', 'relu', 'batchNorm2d']);
    check(
      (x, w) => {
        const y = convolved(x, w);
        return add(y, channelScale(y, w('s', 3)));
      },
      ['conv', 'channelScale', 'sum'],
    );
  });

  it('keeps normalisation of a convolution with fused ReLU', () => {
    const rectified = fuseRelu(planOf((x, w) => normalised(relu(convolved(x, w)), w, [])));
    assert.deepEqual(kindsOf(foldBatchNorm(rectified)), ['conv', 'batchNorm2d']);
  });

  it('keeps computed factors', () => {
    check(
      (x, w) => channelScale(convolved(x, w), relu(w('s', 3))),
      ['conv', 'relu', 'channelScale'],
    );
  });
});
