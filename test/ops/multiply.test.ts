import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ShapeError } from '../../src/core/errors.js';
import { multiply } from '../../src/ops/multiply.js';
import { Tensor } from '../../src/tensor/tensor.js';
import { extent, upTo } from '../support/arbitraries.js';
import { reference32 } from '../support/backends.js';
import { checkOp } from '../support/check-op.js';

checkOp({
  name: 'multiply',
  cases: fc.record({ rows: upTo(3), columns: extent }),
  inputShapes: ({ rows, columns }) => [
    [rows, columns],
    [rows, columns],
  ],
  apply: ([a, b]) => multiply(a, b),
  golden: null,
});

describe('multiply', () => {
  it('multiplies element by element', () => {
    const a = Tensor.from(reference32, [2, -3, 0.5], [3]);
    const b = Tensor.from(reference32, [5, 7, -4], [3]);
    assert.deepEqual([...multiply(a, b).data], [10, -21, -2]);
  });

  it('refuses other shapes', () => {
    assert.throws(() => multiply(Tensor.dry([2]), Tensor.dry([1, 2])), ShapeError);
  });
});
