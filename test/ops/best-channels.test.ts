import assert from 'node:assert/strict';
import fc from 'fast-check';
import { backward } from '../../src/autograd/backward.js';
import { ShapeError } from '../../src/core/errors.js';
import { createRng } from '../../src/core/rng.js';
import { argmax } from '../../src/ops/argmax.js';
import { bestChannels } from '../../src/ops/best-channels.js';
import { Tensor } from '../../src/tensor/tensor.js';
import { SEED, upTo } from '../support/arbitraries.js';
import { reference32, wasmBackend } from '../support/backends.js';

describe('bestChannels', () => {
  it('gives the last of equal ones first, and NaN never before a number', () => {
    const x = Tensor.from(reference32, [1, NaN, 3, -Infinity, 3, Infinity, 2, Infinity], [1, 4, 2]);
    const of = (give: 'index' | 'value') => [...bestChannels(x, { count: 3, give }).data];
    assert.deepEqual(of('index'), [2, 3, 1, 2, 3, 1]);
    assert.deepEqual(of('value'), [3, Infinity, 3, Infinity, 2, -Infinity]);
  });

  it('begins with the class of argmax where there is no tie, on both backends', async () => {
    const wasm = await wasmBackend();
    fc.assert(
      fc.property(upTo(3), upTo(9), upTo(7), (N, C, inner) => {
        const rng = createRng(N + 10 * C + 100 * inner);
        const values = Array.from({ length: N * C * inner }, () => rng.normal());
        for (const backend of [reference32, wasm]) {
          const x = Tensor.from(backend, values, [N, C, inner]);
          const best = bestChannels(x, { count: 1, give: 'index' });
          assert.deepEqual([...best.data], [...argmax(x)]);
        }
      }),
      { seed: SEED, numRuns: 60 },
    );
  });

  it('passes no gradient, and refuses more channels than there are', () => {
    const x = Tensor.from(reference32, [1, 2, 3], [1, 3], { requiresGrad: true });
    backward(bestChannels(x, { count: 2, give: 'value' }), [5, 5]);
    assert.deepEqual([...x.grad], [0, 0, 0]);
    for (const count of [0, 4, 1.5]) {
      assert.throws(() => bestChannels(x, { count, give: 'index' }), ShapeError);
    }
  });
});
