import assert from 'node:assert/strict';
import fc from 'fast-check';
import { backward } from '../../src/autograd/backward.js';
import { ShapeError } from '../../src/core/errors.js';
import { maximum } from '../../src/ops/maximum.js';
import { Tensor } from '../../src/tensor/tensor.js';
import { between, extent, upTo } from '../support/arbitraries.js';
import { reference32, wasmBackend } from '../support/backends.js';
import { checkOp } from '../support/check-op.js';

checkOp({
  name: 'maximum',
  cases: fc.record({ rows: upTo(2), columns: extent, count: between(2, 4) }),
  inputShapes: ({ rows, columns, count }) => Array.from({ length: count }, () => [rows, columns]),
  apply: (inputs) => maximum(inputs),
  golden: (inputs) => maximum(inputs),
});

describe('maximum', () => {
  it('a tie goes to the second of the first two; a later one has to be larger; NaN wins', async () => {
    for (const backend of [reference32, await wasmBackend()]) {
      const leaf = (values: number[]) => Tensor.from(backend, values, [4], { requiresGrad: true });
      const inputs = [leaf([7, 7, NaN, 0]), leaf([7, 5, 9, -0]), leaf([7, 8, 9, NaN])];
      const y = maximum(inputs);
      assert.deepEqual([...y.data], [7, 8, NaN, NaN]);
      backward(y, [1, 2, 3, 4]);
      assert.deepEqual(
        inputs.map(({ grad }) => [...grad]),
        [
          [0, 0, 3, 0],
          [1, 0, 0, 0],
          [0, 2, 0, 4],
        ],
      );
    }
  });

  it('of +0 and −0, being equal, takes the second', () => {
    const pair = [Tensor.from(reference32, [0], [1]), Tensor.from(reference32, [-0], [1])];
    assert(Object.is(maximum(pair).data[0], -0));
  });

  it('refuses fewer than two inputs and other shapes', () => {
    assert.throws(() => maximum([Tensor.dry([2])]), ShapeError);
    assert.throws(() => maximum([Tensor.dry([2]), Tensor.dry([3])]), ShapeError);
  });
});
