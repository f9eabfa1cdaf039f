import assert from 'node:assert/strict';
import fc from 'fast-check';
import { backward } from '../../src/autograd/backward.js';
import { FcnError } from '../../src/core/errors.js';
import { createRng } from '../../src/core/rng.js';
import { dropout, dropoutRule } from '../../src/ops/dropout.js';
import { Tensor } from '../../src/tensor/tensor.js';
import { between, extent, upTo } from '../support/arbitraries.js';
import { reference32 } from '../support/backends.js';
import { checkOp } from '../support/check-op.js';

const cases = (inner: fc.Arbitrary<number>) =>
  fc.record({
    N: upTo(2),
    C: upTo(4),
    inner,
    ratio: fc.constantFrom(0, 0.1, 0.5, 0.9),
    channelWise: fc.boolean(),
    seed: between(0, 1e6),
  });

checkOp({
  name: 'dropout',
  cases: cases(extent),
  gradientCases: cases(upTo(5)),
  inputShapes: ({ N, C, inner }) => [[N, C, 1, inner]],
  apply: ([x], { ratio, channelWise, seed }) =>
    dropout(x, { ratio, channelWise, rng: createRng(seed) }),
  golden: null, // no authority draws our random numbers
});

describe('dropout', () => {
  it('belongs to training', () => {
    assert(dropoutRule.isTraining?.({ ratio: 0.5, channelWise: false, rng: createRng(1) }));
  });

  const ones = () => Tensor.from(reference32, new Float32Array(4000).fill(1), [2, 100, 4, 5]);

  it('drops the given share, scales the rest, and keeps the expectation', () => {
    const { data } = dropout(ones(), { ratio: 0.2, rng: createRng(1) });
    const kept = data.filter((value) => value !== 0);
    assert(kept.every((value) => value === Math.fround(1 / 0.8)));
    // 4000 draws: standard deviation √(4000 · 0.8 · 0.2) ≈ 25, and four of them.
    assert(Math.abs(kept.length - 3200) < 100, String(kept.length));
  });

  it('drops whole maps if told to', () => {
    const { data } = dropout(ones(), { ratio: 0.5, channelWise: true, rng: createRng(2) });
    let kept = 0;
    for (let map = 0; map < 200; map++) {
      const values = new Set(data.subarray(map * 20, (map + 1) * 20));
      assert.equal(values.size, 1);
      if (values.has(2)) kept++;
    }
    // 200 draws: standard deviation √(200 / 4) ≈ 7, and four of them.
    assert(Math.abs(kept - 100) < 28, String(kept));
  });

  it('sends the gradient through the same mask', () => {
    const x = Tensor.from(reference32, [1, 1, 1, 1, 1, 1], [6], { requiresGrad: true });
    const y = dropout(x, { ratio: 0.5, rng: createRng(3) });
    backward(y, [1, 1, 1, 1, 1, 1]);
    assert.deepEqual([...x.grad], [...y.data]);
    assert.deepEqual(new Set(y.data), new Set([0, 2]));
  });

  it('is the input itself for inference', () => {
    const x = Tensor.dry([1, 2]);
    assert.equal(dropout(x, { ratio: 0.5, rng: null }), x);
  });

  it('refuses a ratio outside [0, 1)', () => {
    for (const ratio of [-0.1, 1, NaN]) {
      assert.throws(() => dropout(Tensor.dry([1]), { ratio, rng: null }), FcnError);
    }
  });
});
