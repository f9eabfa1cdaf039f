import assert from 'node:assert/strict';
import fc from 'fast-check';
import { exp, integerPower } from '../../src/optim/power.js';

describe('exp', () => {
  it('agrees with Math.exp to a few units in the last place', () => {
    fc.assert(
      fc.property(fc.double({ min: -700, max: 700, noNaN: true }), (x) => {
        const expected = Math.exp(x);
        // The reduced argument carries half a unit, the series one more.
        assert.ok(Math.abs(exp(x) - expected) <= 4 * Number.EPSILON * expected);
      }),
      { seed: 1701 },
    );
  });

  it('knows the ends of its range', () => {
    assert.equal(exp(0), 1);
    assert.equal(exp(-0), 1);
    assert.equal(exp(711), Infinity);
    assert.equal(exp(-746), 0);
    assert.equal(exp(-Infinity), 0);
    assert.ok(Number.isNaN(exp(NaN)));
    assert.ok(exp(-745) > 0); // a denormal
    assert.ok(exp(709.7) < Infinity);
  });
});

describe('integerPower', () => {
  it('is exact where the result is', () => {
    assert.equal(integerPower(3, 20), 3486784401);
    assert.equal(integerPower(5, 0), 1);
    assert.equal(integerPower(-2, 3), -8);
  });
});
