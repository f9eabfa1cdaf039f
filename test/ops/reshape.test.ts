import assert from 'node:assert/strict';
import fc from 'fast-check';
import { IDENTITY_MAP } from '../../src/core/coordinate-map.js';
import { ShapeError } from '../../src/core/errors.js';
import { reshape } from '../../src/ops/reshape.js';
import { Tensor } from '../../src/tensor/tensor.js';
import { extent, upTo } from '../support/arbitraries.js';
import { reference32 } from '../support/backends.js';
import { checkOp } from '../support/check-op.js';

checkOp({
  name: 'reshape',
  cases: fc.record({ rows: upTo(3), columns: extent }),
  inputShapes: ({ rows, columns }) => [[rows, columns]],
  apply: ([x], { rows, columns }) => reshape(x, [1, columns, rows]),
  golden: null,
});

describe('reshape', () => {
  it('keeps the order of the numbers', () => {
    const x = Tensor.from(reference32, [1, 2, 3, 4, 5, 6], [2, 3]);
    const y = reshape(x, [3, 1, 2]);
    assert.deepEqual(
      [[...y.data], y.shape],
      [
        [1, 2, 3, 4, 5, 6],
        [3, 1, 2],
      ],
    );
  });

  it('knows where pixels lie only if the last two axes stay', () => {
    const x = Tensor.dry([1, 6, 4, 5]);
    assert.deepEqual(reshape(x, [2, 3, 4, 5]).origin.maps, [IDENTITY_MAP]);
    assert.deepEqual(reshape(x, [1, 6, 5, 4]).origin.maps, [null]);
  });

  it('refuses another number of elements', () => {
    assert.throws(() => reshape(Tensor.dry([2, 3]), [5]), ShapeError);
    assert.throws(() => reshape(Tensor.dry([2, 3]), [-2, -3]), ShapeError);
  });
});
