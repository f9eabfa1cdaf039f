import assert from 'node:assert/strict';
import { differenceOf } from '../../src/metrics/difference.js';

describe('differenceOf', () => {
  it('finds the largest difference of each kind, and its place', () => {
    const expected = [1, 100, 2 ** -3];
    const got = [1 + 2 ** -23, 100.5, 2 ** -3 + 2 ** -10];
    const { absolute, relative, ulps, at } = differenceOf(got, expected);
    assert.deepEqual([absolute, relative, at], [0.5, 0.005, 1]);
    // An eighth has units of 2⁻²⁶, a hundred of 2⁻¹⁷.
    assert.equal(ulps, 2 ** 16);
    assert.equal(differenceOf([1 + 2 ** -23], [1]).ulps, 1);
  });

  it('is 0 for equal numbers, also NaN and infinity', () => {
    const numbers = [0, -0, NaN, Infinity, -Infinity, 2 ** -149];
    assert.deepEqual(differenceOf(numbers, [-0, 0, NaN, Infinity, -Infinity, 2 ** -149]), {
      ...{ absolute: 0, relative: 0, ulps: 0, at: 0 },
    });
    assert.equal(differenceOf([], []).absolute, 0);
  });

  it('is infinite if only one side is finite, or 0 was expected', () => {
    for (const [got, expected] of [
      [NaN, 1],
      [1, NaN],
      [Infinity, 1],
      [-Infinity, Infinity],
    ]) {
      const { absolute, relative } = differenceOf([0, got], [0, expected]);
      assert.deepEqual([absolute, relative], [Infinity, Infinity]);
    }
    assert.equal(differenceOf([1e-30], [0]).relative, Infinity);
    assert.equal(differenceOf([2 ** -148], [0]).ulps, 2);
  });

  it('rejects different lengths', () => {
    assert.throws(() => differenceOf([1], [1, 2]), { name: 'ShapeError' });
  });
});
