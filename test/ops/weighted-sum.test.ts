import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ShapeError } from '../../src/core/errors.js';
import { weightedSum } from '../../src/ops/weighted-sum.js';
import { Tensor } from '../../src/tensor/tensor.js';
import { extent, upTo } from '../support/arbitraries.js';
import { reference32, wasmBackend } from '../support/backends.js';
import { checkOp } from '../support/check-op.js';

const coefficient = fc.constantFrom(0, 1, -1, 0.5, 0.1, -1.25, 1e-4);

checkOp({
  name: 'weighted-sum',
  cases: fc.record({
    rows: upTo(2),
    columns: extent,
    coefficients: fc.array(coefficient, { minLength: 1, maxLength: 4 }),
  }),
  inputShapes: ({ rows, columns, coefficients }) => coefficients.map(() => [rows, columns]),
  apply: (inputs, { coefficients }) => weightedSum(inputs, coefficients),
  golden: (inputs, { coefficients }: { coefficients: number[] }) =>
    weightedSum(inputs, coefficients),
});

describe('weighted-sum', () => {
  it('starts from +0 and rounds coefficients to float32', async () => {
    for (const backend of [reference32, await wasmBackend()]) {
      const x = Tensor.from(backend, [-0, 3], [2]);
      const third = Math.fround(Math.fround(0.1) * 3);
      assert.deepEqual([...weightedSum([x], [0.1]).data], [0, third]);
    }
  });

  it('refuses no input, another count of coefficients and other shapes', () => {
    const x = Tensor.dry([2]);
    assert.throws(() => weightedSum([], []), ShapeError);
    assert.throws(() => weightedSum([x, x], [1]), ShapeError);
    assert.throws(() => weightedSum([x, Tensor.dry([3])], [1, 1]), ShapeError);
  });
});
