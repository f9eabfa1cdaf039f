import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FcnError, ShapeError } from '../../src/core/errors.js';
import { gatherElements } from '../../src/ops/gather-elements.js';
import { Tensor } from '../../src/tensor/tensor.js';
import { between, upTo } from '../support/arbitraries.js';
import { reference32 } from '../support/backends.js';
import { checkOp } from '../support/check-op.js';

checkOp({
  name: 'gather-elements',
  cases: fc.record({ axis: between(0, 2), picked: upTo(6), fewer: between(0, 1), step: upTo(5) }),
  inputShapes: ({ axis, picked, fewer }) => {
    const shape = [3, 2, 5];
    const indices = shape.map((extent, i) => (i === axis ? picked : extent - fewer));
    return [shape, indices];
  },
  apply: ([x, indices], { axis }) => gatherElements(x, indices, axis),
  adjust: (values, input, { axis, step }) =>
    input === 0 ? values : values.map((_, i) => (i * step) % [3, 2, 5][axis]),
  differentiable: [true, false],
  golden: null,
});

describe('gatherElements', () => {
  const x = Tensor.from(reference32, [1, 2, 3, 4, 5, 6], [2, 3]);

  it('picks what every index says on its axis', () => {
    const columns = Tensor.from(reference32, [2, 0, 1, 1], [2, 2]);
    assert.deepEqual([...gatherElements(x, columns, 1).data], [3, 1, 5, 5]);
    const rows = Tensor.from(reference32, [1, 0, 1], [1, 3]);
    assert.deepEqual([...gatherElements(x, rows, 0).data], [4, 2, 6]);
  });

  it('refuses what is none of its indices', () => {
    for (const index of [3, -1, 0.5, NaN]) {
      const indices = Tensor.from(reference32, [0, index], [2, 1]);
      assert.throws(() => gatherElements(x, indices, 1), {
        name: FcnError.name,
        message: `gatherElements: index ${String(index)} at element 1 of 3`,
      });
    }
  });

  it('refuses shapes that do not fit', () => {
    const zeros = (...shape: readonly number[]): Tensor => Tensor.zeros(reference32, shape);
    assert.throws(() => gatherElements(x, zeros(3, 1), 1), ShapeError);
    assert.throws(() => gatherElements(x, zeros(2), 1), ShapeError);
    assert.throws(() => gatherElements(x, zeros(2, 1), 2), ShapeError);
    assert.throws(() => gatherElements(x, zeros(2, 1), -1), ShapeError);
  });
});
