import assert from 'node:assert/strict';
import { FcnError } from '../../../src/core/errors.js';
import { plus, type Rational, rational, times } from '../../../src/core/rational.js';
import { toNumber, winogradMatrices } from '../../../src/plan/algorithms/winograd/matrices.js';

const SIZES = [
  [1, 1],
  [1, 3],
  [2, 3],
  [3, 2],
  [4, 3],
  [5, 3],
  [6, 3],
  [4, 5],
  [2, 7],
] as const;

const sum = (terms: readonly Rational[]): Rational => terms.reduce(plus, rational(0));

describe('winogradMatrices', () => {
  for (const [outputs, taps] of SIZES) {
    it(`gives F(${String(outputs)}, ${String(taps)}), exactly, for every input and filter`, () => {
      const { input, filter, output } = winogradMatrices(outputs, taps);
      // Both sides are bilinear: they are equal if they are for every pair of unit vectors.
      for (let i = 0; i < outputs; i++) {
        for (let tap = 0; tap < taps; tap++) {
          for (let at = 0; at < outputs + taps - 1; at++) {
            const terms = input.map((row, p) =>
              times(times(output[i][p], filter[p][tap]), row[at]),
            );
            assert.deepEqual(sum(terms), rational(at === i + tap ? 1 : 0));
          }
        }
      }
    });
  }

  it('adds a number at the point 1 to every output once, as for the bias', () => {
    for (const [outputs, taps] of [
      [2, 3],
      [4, 3],
      [6, 3],
      [2, 7],
    ] as const) {
      for (const row of winogradMatrices(outputs, taps).output) assert.equal(toNumber(row[1]), 1);
    }
  });

  it('refuses sizes with too few points, and invalid sizes', () => {
    assert.throws(() => winogradMatrices(7, 3), FcnError);
    assert.throws(() => winogradMatrices(0, 3), FcnError);
    assert.throws(() => winogradMatrices(2, 1.5), FcnError);
  });
});
