import assert from 'node:assert/strict';
import fc from 'fast-check';
import { backward } from '../../src/autograd/backward.js';
import { FcnError, ShapeError } from '../../src/core/errors.js';
import { createRng } from '../../src/core/rng.js';
import { accuracy } from '../../src/ops/accuracy.js';
import { argmax } from '../../src/ops/argmax.js';
import { Tensor } from '../../src/tensor/tensor.js';
import { SEED, upTo } from '../support/arbitraries.js';
import { reference32, wasmBackend } from '../support/backends.js';

const PLAIN = { topK: 1, ignoreIndex: NaN, per: 'all' } as const;

describe('accuracy', () => {
  // Four positions of three classes: the label's score is first, second, equal to another, last.
  const scores = Tensor.from(reference32, [5, 2, 1, 1, 1, 3, 1, 2, 0, 1, 0, 3], [1, 3, 4]);
  const labels = Tensor.from(reference32, [0, 0, 1, 0], [1, 4]);
  const of = (attrs: Partial<Parameters<typeof accuracy>[2]>): number[] => [
    ...accuracy(scores, labels, { ...PLAIN, ...attrs }).data,
  ];

  it('counts a class that scores as high as the label’s as better', () => {
    assert.deepEqual(of({}), [0.25]);
    assert.deepEqual(of({ topK: 2 }), [0.75]);
    assert.deepEqual(of({ topK: 3 }), [1]);
  });

  it('is 0 of a class that no label has, and of labels that are all ignored', () => {
    const third = Math.fround(1 / 3);
    assert.deepEqual(of({ per: 'class' }), [third, 0, 0]);
    assert.deepEqual(of({ per: 'class', topK: 2 }), [Math.fround(2 / 3), 1, 0]);
    assert.deepEqual(of({ ignoreIndex: 0, topK: 2 }), [1]);
    const none = Tensor.from(reference32, [7, 7, 7, 7], [1, 1, 4]);
    assert.deepEqual([...accuracy(scores, none, { ...PLAIN, ignoreIndex: 7 }).data], [0]);
  });

  it('is the share of pixels whose label argmax gives, on both backends', async () => {
    const wasm = await wasmBackend();
    fc.assert(
      fc.property(upTo(3), upTo(6), upTo(9), (N, C, inner) => {
        const rng = createRng(N + 10 * C + 100 * inner);
        const values = Array.from({ length: N * C * inner }, () => rng.normal());
        const wanted = Array.from({ length: N * inner }, () => Math.floor(C * rng.uniform()));
        const shares = [reference32, wasm].map((backend) => {
          const x = Tensor.from(backend, values, [N, C, inner]);
          const right = argmax(x).filter((label, i) => label === wanted[i]).length;
          const share = accuracy(x, Tensor.from(backend, wanted, [N, inner]), PLAIN);
          assert.deepEqual(share.shape, []);
          assert.equal(share.item(), Math.fround(right / wanted.length));
          return share.item();
        });
        assert.equal(shares[0], shares[1]);
      }),
      { seed: SEED, numRuns: 60 },
    );
  });

  it('passes no gradient, and refuses labels that are no classes, too few, or too many best', () => {
    const x = Tensor.from(reference32, [1, 2, 3], [1, 3], { requiresGrad: true });
    const label = (value: number): Tensor => Tensor.from(reference32, [value], [1]);
    backward(accuracy(x, label(2), PLAIN), [1]);
    assert.deepEqual([...x.grad], [0, 0, 0]);
    for (const value of [3, -1, 0.5, NaN, 255]) {
      assert.throws(() => accuracy(x, label(value), PLAIN), FcnError);
    }
    assert.throws(() => accuracy(scores, label(0), PLAIN), ShapeError);
    for (const topK of [0, 4, 1.5]) {
      assert.throws(() => accuracy(x, label(0), { ...PLAIN, topK }), ShapeError);
    }
  });
});
