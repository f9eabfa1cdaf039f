import assert from 'node:assert/strict';
import { add } from '../../../../src/ops/add.js';
import { concat } from '../../../../src/ops/concat.js';
import { conv2d } from '../../../../src/ops/conv2d.js';
import { crop } from '../../../../src/ops/crop.js';
import { relu } from '../../../../src/ops/relu.js';
import { sigmoid } from '../../../../src/ops/sigmoid.js';
import { weightedSum } from '../../../../src/ops/weighted-sum.js';
import type { Tensor } from '../../../../src/tensor/tensor.js';
import { dropIdentity } from '../../../../src/plan/layers/passes/drop-identity.js';
import { assertSameResult, kindsOf, planOf, type Forward } from './small-plan.js';

function check(forward: Forward, kinds: readonly string[]): void {
  const before = planOf(forward);
  const after = dropIdentity(before);
  assert.deepEqual(kindsOf(after), kinds);
  assertSameResult(after, before);
}

const whole = (x: Tensor): Tensor => crop(x, [0, 0], [x.shape[2], x.shape[3]]);
const single = (x: Tensor): Tensor => weightedSum([x], [1]);

describe('drop-identity', () => {
  it('removes crops of whole maps, also consecutive ones', () => {
    check((x) => add(whole(whole(x)), sigmoid(whole(x))), ['sigmoid', 'sum']);
    check((x) => whole(whole(sigmoid(x))), ['sigmoid']);
  });

  it('keeps other crops', () => {
    check((x) => crop(x, [0, 0], [6, 5]), ['crop']);
  });

  it('returns the input itself if it is the output', () => {
    check((x) => whole(x), []);
  });

  it('removes sums of one term that cannot be −0', () => {
    check((x) => single(relu(x)), ['relu']);
    check((x, w) => single(conv2d(x, w('a', 2, 2, 1, 1), w('b', 2))), ['conv']);
    check((x) => single(weightedSum([x, x], [1, -1])), ['sum']);
    check((x) => sigmoid(single(single(relu(x)))), ['relu', 'sigmoid']);
  });

  it('keeps sums of one term that turn −0 into +0', () => {
    check((x) => sigmoid(single(x)), ['sum', 'sigmoid']);
    check((x) => single(add(x, x)), ['sum', 'sum']);
    check((x) => single(concat([x, x])), ['concat', 'sum']);
    const list = planOf((x, w) => single(conv2d(x, w('a', 1, 2, 1, 1), w('b', 1))));
    const [conv, sum] = list.layers;
    assert(conv.kind === 'conv' && conv.bias);
    const minusZero = { ...conv, bias: { ...conv.bias, data: Float32Array.of(-0) } };
    assert.deepEqual(dropIdentity({ ...list, layers: [minusZero, sum] }).layers, [minusZero, sum]);
  });

  it('keeps sums with a factor', () => {
    check((x) => weightedSum([relu(x)], [2]), ['relu', 'sum']);
  });
});
