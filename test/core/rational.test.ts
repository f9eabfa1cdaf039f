import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FcnError } from '../../src/core/errors.js';
import { minus, over, plus, rational, times, type Rational } from '../../src/core/rational.js';
import { between, SEED, upTo } from '../support/arbitraries.js';

const fraction: fc.Arbitrary<Rational> = fc
  .tuple(between(-60, 60), upTo(24))
  .map(([num, den]) => rational(num, den));

describe('rational', () => {
  it('is in lowest terms, with a positive denominator and an unsigned zero', () => {
    assert.deepEqual(rational(6, -4), { num: -3, den: 2 });
    assert.deepEqual(rational(-6, -4), { num: 3, den: 2 });
    assert.deepEqual(rational(7), { num: 7, den: 1 });
    for (const zero of [rational(0, -5), rational(-0, 3), minus(rational(1, 3), rational(1, 3))]) {
      assert.deepEqual(zero, { num: 0, den: 1 });
    }
  });

  it('rejects values that are not exact fractions', () => {
    for (const [num, den] of [
      [1, 0],
      [0.5, 1],
      [1, 0.5],
      [NaN, 1],
      [1, Infinity],
      [2 ** 53, 1],
    ]) {
      assert.throws(() => rational(num, den), FcnError);
    }
    assert.throws(() => over(rational(1), rational(0)), FcnError);
    const large = rational(2 ** 52 - 1, 3);
    assert.throws(() => times(large, large), FcnError, 'a product beyond 2^53 is not rounded');
  });

  it('computes exactly', () => {
    const [a, b] = [rational(5, 6), rational(-3, 4)];
    assert.deepEqual(plus(a, b), { num: 1, den: 12 });
    assert.deepEqual(minus(a, b), { num: 19, den: 12 });
    assert.deepEqual(times(a, b), { num: -5, den: 8 });
    assert.deepEqual(over(a, b), { num: -10, den: 9 });
  });

  it('obeys the laws of a field', () => {
    fc.assert(
      fc.property(fraction, fraction, fraction, (a, b, c) => {
        assert.deepEqual(plus(plus(a, b), c), plus(a, plus(b, c)));
        assert.deepEqual(plus(a, b), plus(b, a));
        assert.deepEqual(times(times(a, b), c), times(a, times(b, c)));
        assert.deepEqual(times(a, b), times(b, a));
        assert.deepEqual(times(a, plus(b, c)), plus(times(a, b), times(a, c)));
        assert.deepEqual(minus(plus(a, b), b), a);
        if (b.num !== 0) assert.deepEqual(over(times(a, b), b), a);
      }),
      { seed: SEED },
    );
  });
});
