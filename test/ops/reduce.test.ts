import assert from 'node:assert/strict';
import fc from 'fast-check';
import { backward } from '../../src/autograd/backward.js';
import { ShapeError } from '../../src/core/errors.js';
import { reduce } from '../../src/ops/reduce.js';
import { Tensor } from '../../src/tensor/tensor.js';
import { upTo } from '../support/arbitraries.js';
import { reference32 } from '../support/backends.js';
import { checkOp } from '../support/check-op.js';

checkOp({
  name: 'reduce',
  cases: fc.record({
    reduction: fc.constantFrom('mean', 'sum', 'max', 'min'),
    axes: fc.subarray([0, 1, 2]),
    shape: fc.tuple(upTo(3), upTo(5), upTo(4)),
  }),
  inputShapes: ({ shape }) => [shape],
  apply: ([x], { reduction, axes }) => reduce(x, { reduction, axes }),
  golden: null,
});

describe('reduce', () => {
  it('finds where the largest stands, the first or the last of several', () => {
    const x = Tensor.from(reference32, [1, 5, 5, 9, 2, 9], [2, 3]);
    const first = reduce(x, { reduction: 'argMax', axes: [1] });
    const last = reduce(x, { reduction: 'argMaxLast', axes: [1] });
    assert.deepEqual([...first.data], [1, 0]);
    assert.deepEqual([...last.data], [2, 2]);
    assert.deepEqual(first.shape, [2, 1]);
    assert.deepEqual([...reduce(x, { reduction: 'argMax', axes: [0] }).data], [1, 0, 1]);
  });

  it('gives the gradient to the first of several', () => {
    const x = Tensor.from(reference32, [3, 7, 7], [3], { requiresGrad: true });
    backward(reduce(x, { reduction: 'max', axes: [0] }), [1]);
    assert.deepEqual([...x.grad], [0, 1, 0]);
  });

  it('makes a sum of nothing, and nothing else', () => {
    const x = Tensor.zeros(reference32, [0, 2]);
    assert.deepEqual([...reduce(x, { reduction: 'sum', axes: [0] }).data], [0, 0]);
    assert.throws(() => reduce(x, { reduction: 'max', axes: [0] }), ShapeError);
    assert.throws(() => reduce(x, { reduction: 'mean', axes: [2] }), ShapeError);
    const map = Tensor.zeros(reference32, [2, 2]);
    assert.throws(() => reduce(map, { reduction: 'argMax', axes: [0, 1] }), ShapeError);
  });
});
