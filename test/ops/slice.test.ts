import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ShapeError } from '../../src/core/errors.js';
import { concat } from '../../src/ops/concat.js';
import { slice } from '../../src/ops/slice.js';
import { Tensor } from '../../src/tensor/tensor.js';
import { between, extent, upTo } from '../support/arbitraries.js';
import { reference32 } from '../support/backends.js';
import { checkOp } from '../support/check-op.js';

checkOp({
  name: 'slice',
  cases: fc.record({
    axis: between(0, 2),
    start: between(0, 2),
    size: upTo(3),
    rest: between(0, 2),
    inner: extent,
  }),
  inputShapes: ({ axis, start, size, rest, inner }) => [
    [2, 3, inner].with(axis, start + size + rest),
  ],
  apply: ([x], { axis, start, size }) => slice(x, axis, start, size),
  golden: null,
});

describe('slice', () => {
  it('undoes what concat does', () => {
    const a = Tensor.from(reference32, [1, 2, 3, 4], [2, 1, 2]);
    const b = Tensor.from(reference32, [5, 6, 7, 8, 9, 10, 11, 12], [2, 2, 2]);
    const both = concat([a, b]);
    assert.deepEqual([...slice(both, 1, 0, 1).data], [...a.data]);
    assert.deepEqual([...slice(both, 1, 1, 2).data], [...b.data]);
  });

  it('shifts coordinates along a spatial axis', () => {
    const [map] = slice(Tensor.dry([1, 1, 9, 9]), 3, 4, 2).origin.maps;
    assert.deepEqual(
      map?.map(({ shift }) => shift.num),
      [0, -4],
    );
  });

  it('refuses what leaves the axis', () => {
    const x = Tensor.dry([2, 3]);
    assert.throws(() => slice(x, 2, 0, 1), ShapeError);
    assert.throws(() => slice(x, 1, 1, 3), ShapeError);
    assert.throws(() => slice(x, 1, -1, 1), ShapeError);
    assert.throws(() => slice(x, 1, 0, 0), ShapeError);
  });
});
