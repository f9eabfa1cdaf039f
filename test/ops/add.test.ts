import assert from 'node:assert/strict';
import fc from 'fast-check';
import { backward } from '../../src/autograd/backward.js';
import { ShapeError } from '../../src/core/errors.js';
import { add } from '../../src/ops/add.js';
import { weightedSum } from '../../src/ops/weighted-sum.js';
import { Tensor } from '../../src/tensor/tensor.js';
import { extent, upTo } from '../support/arbitraries.js';
import { reference32, reference64, wasmBackend } from '../support/backends.js';
import { checkOp } from '../support/check-op.js';

checkOp({
  name: 'add',
  cases: fc.record({ rows: upTo(3), columns: extent }),
  inputShapes: ({ rows, columns }) => [
    [rows, columns],
    [rows, columns],
  ],
  apply: ([a, b]) => add(a, b),
  golden: null, // Caffe has no sum of two but Eltwise: see weighted-sum
});

describe('add', () => {
  it('gives both gradients to a tensor that is added to itself', () => {
    const x = Tensor.from(reference32, [1, -2], [2], { requiresGrad: true });
    backward(add(x, x), [3, 5]);
    assert.deepEqual([...x.grad], [6, 10]);
  });

  it('gives −0 for −0 + −0, as IEEE 754 and PyTorch', async () => {
    for (const backend of [reference32, reference64, await wasmBackend()]) {
      const zero = Tensor.from(backend, [-0, -0, 0], [3]);
      const other = Tensor.from(backend, [-0, 0, 0], [3]);
      assert.deepEqual(Array.from(add(zero, other).data), [-0, 0, 0]);
      assert.deepEqual(Array.from(weightedSum([zero, zero], [1, 1]).data), [0, 0, 0]);
    }
  });

  it('broadcasts nothing', () => {
    assert.throws(() => add(Tensor.dry([2, 1]), Tensor.dry([2, 2])), ShapeError);
  });
});
