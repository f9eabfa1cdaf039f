import assert from 'node:assert/strict';
import fc from 'fast-check';
import ndarray from 'ndarray';
import { ShapeError } from '../../src/core/errors.js';
import { numel } from '../../src/core/shape.js';
import { readStrided } from '../../src/tensor/ndarray-like.js';
import { between, SEED, upTo } from '../support/arbitraries.js';

const counting = (length: number) => Float32Array.from({ length }, (_, i) => i);

describe('readStrided', () => {
  it('reads what the ndarray package gives, however it was cut, turned and reversed', () => {
    const axis = fc.record({
      extent: upTo(5),
      from: between(0, 4),
      step: fc.constantFrom(1, 2, -1, -2),
    });
    const cases = fc
      .array(axis, { minLength: 1, maxLength: 4 })
      .chain((axes) =>
        fc.tuple(
          fc.constant(axes),
          fc.shuffledSubarray([...axes.keys()], { minLength: axes.length }),
        ),
      );
    fc.assert(
      fc.property(cases, ([axes, order]) => {
        const shape = axes.map(({ extent }) => extent);
        const view = ndarray(counting(numel(shape)), shape)
          .lo(...axes.map(({ extent, from }) => Math.min(from, extent - 1)))
          .step(...axes.map(({ step }) => step))
          .transpose(...order);
        const expected: number[] = [];
        const walk = (...at: number[]): void => {
          if (at.length === view.shape.length) expected.push(view.get(...at));
          else for (let i = 0; i < view.shape[at.length]; i++) walk(...at, i);
        };
        walk();
        assert.deepEqual([...readStrided(view, view.shape)], expected);
      }),
      { seed: SEED },
    );
  });

  it('reads any object of that form', () => {
    const column = { data: [0, 1, 2, 3, 4, 5], shape: [2], stride: [3], offset: 1 };
    assert.deepEqual([...readStrided(column, [2])], [1, 4]);
    const spread = { data: [7], shape: [2, 2], stride: [0, 0], offset: 0 };
    assert.deepEqual([...readStrided(spread, [2, 2])], [7, 7, 7, 7]);
    const scalar = { data: [7, 8], shape: [], stride: [], offset: 1 };
    assert.deepEqual([...readStrided(scalar, [])], [8]);
    const empty = { data: [], shape: [0, 3], stride: [3, 1], offset: 9 };
    assert.deepEqual([...readStrided(empty, [0, 3])], []);
  });

  it('refuses another shape, though it has as many elements', () => {
    const view = ndarray(counting(6), [2, 3]);
    assert.throws(() => readStrided(view, [3, 2]), ShapeError);
    assert.throws(() => readStrided(view, [6]), ShapeError);
  });

  it('refuses an element outside the data, or between two', () => {
    const data = counting(6);
    const outside = [
      { data, shape: [2, 3], stride: [3, 1], offset: 1 },
      { data, shape: [2, 3], stride: [3, 1], offset: -1 },
      { data, shape: [2, 3], stride: [4, 1], offset: 0 },
      { data, shape: [2, 3], stride: [-3, 1], offset: 0 },
      { data, shape: [2, 3], stride: [3], offset: 0 },
      { data, shape: [2, 3], stride: [3, 1], offset: NaN },
      { data, shape: [2, 3], stride: [3, 1], offset: 0.5 },
    ];
    for (const view of outside) assert.throws(() => readStrided(view, [2, 3]), ShapeError);
  });
});
