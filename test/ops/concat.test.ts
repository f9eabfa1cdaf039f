import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ShapeError } from '../../src/core/errors.js';
import { concat } from '../../src/ops/concat.js';
import { crop } from '../../src/ops/crop.js';
import { Tensor } from '../../src/tensor/tensor.js';
import { between, extent, upTo } from '../support/arbitraries.js';
import { reference32 } from '../support/backends.js';
import { checkOp } from '../support/check-op.js';

const cases = (width: fc.Arbitrary<number>) =>
  fc.record({
    axis: between(0, 3),
    base: fc.tuple(upTo(2), upTo(3), upTo(3), width),
    extents: fc.array(upTo(6), { minLength: 1, maxLength: 4 }),
  });

checkOp({
  name: 'concat',
  cases: cases(extent),
  gradientCases: cases(upTo(3)),
  inputShapes: ({ axis, base, extents }) => extents.map((size) => base.with(axis, size)),
  apply: (inputs, { axis }) => concat(inputs, axis),
  golden: (inputs, { axis }: { axis: number }) => concat(inputs, axis),
});

describe('concat', () => {
  it('stands channels one behind the other', () => {
    const a = Tensor.from(reference32, [1, 2, 3, 4], [2, 1, 2]);
    const b = Tensor.from(reference32, [5, 6, 7, 8, 9, 10, 11, 12], [2, 2, 2]);
    const y = concat([a, b]);
    assert.deepEqual(y.shape, [2, 3, 2]);
    assert.deepEqual([...y.data], [1, 2, 5, 6, 7, 8, 3, 4, 9, 10, 11, 12]);
  });

  it('knows where each input lies', () => {
    const { maps } = concat([Tensor.dry([1, 1, 2, 5]), Tensor.dry([1, 1, 2, 7])], 3).origin;
    assert.deepEqual(
      maps.map((map) => map?.map(({ shift }) => shift.num)),
      [
        [0, 0],
        [0, 5],
      ],
    );
  });

  it('is undone by crop', () => {
    const a = Tensor.from(reference32, [1, 2, 3, 4], [1, 1, 2, 2]);
    const b = Tensor.from(reference32, [5, 6], [1, 1, 2, 1]);
    assert.deepEqual([...crop(concat([a, b], 3), [0, 2], [2, 1]).data], [5, 6]);
    assert.deepEqual([...crop(concat([a, b], 3), [0, 0], [2, 2]).data], [1, 2, 3, 4]);
  });

  it('refuses no input, an axis that is not there and other extents', () => {
    const x = Tensor.dry([1, 2, 3]);
    assert.throws(() => concat([]), ShapeError);
    for (const axis of [3, -1, 0.5]) assert.throws(() => concat([x, x], axis), ShapeError);
    assert.throws(() => concat([x, Tensor.dry([1, 2, 4])]), ShapeError);
    assert.throws(() => concat([x, Tensor.dry([1, 2])]), ShapeError);
  });
});
