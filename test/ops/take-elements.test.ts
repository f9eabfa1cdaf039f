import assert from 'node:assert/strict';
import fc from 'fast-check';
import { reference32 } from '../support/backends.js';
import { between } from '../support/arbitraries.js';
import { checkOp } from '../support/check-op.js';
import { ShapeError } from '../../src/core/errors.js';
import { takeElements } from '../../src/ops/take-elements.js';
import { Tensor } from '../../src/tensor/tensor.js';

checkOp({
  name: 'take-elements',
  cases: fc.record({
    rows: fc.array(between(-1, 2), { minLength: 1, maxLength: 5 }),
    columns: fc.array(between(-1, 4), { minLength: 1, maxLength: 7 }),
    fill: fc.constantFrom(0, -3),
  }),
  inputShapes: () => [[3, 5]],
  apply: ([x], { rows, columns, fill }) =>
    takeElements(x, { tables: [rows.map((row) => (row < 0 ? -1 : 5 * row)), columns], fill }),
  golden: null,
});

describe('takeElements', () => {
  it('transposes', () => {
    const x = Tensor.from(reference32, [1, 2, 3, 4, 5, 6], [2, 3]);
    const y = takeElements(x, {
      tables: [
        [0, 1, 2],
        [0, 3],
      ],
    });
    assert.deepEqual([...y.data], [1, 4, 2, 5, 3, 6]);
    assert.deepEqual(y.shape, [3, 2]);
  });

  it('refuses places outside of its input', () => {
    const x = Tensor.zeros(reference32, [2, 3]);
    assert.throws(() => takeElements(x, { tables: [[0, 3], [3]] }), ShapeError);
    assert.throws(() => takeElements(x, { tables: [[-2]] }), ShapeError);
    assert.throws(() => takeElements(x, { tables: [[0.5]] }), ShapeError);
  });

  it('makes nothing of nothing', () => {
    const empty = Tensor.zeros(reference32, [0, 3]);
    assert.deepEqual(takeElements(empty, { tables: [[], [0, 1, 2]] }).shape, [0, 3]);
    assert.deepEqual([...takeElements(empty, { tables: [[-1]], fill: 4 }).data], [4]);
  });
});
