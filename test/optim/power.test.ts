import assert from 'node:assert/strict';
import { FcnError } from '../../src/core/errors.js';
import { integerPower, power } from '../../src/optim/power.js';

describe('integerPower', () => {
  it('is exact if the result is representable', () => {
    assert.equal(integerPower(3, 20), 3486784401);
    assert.equal(integerPower(5, 0), 1);
    assert.equal(integerPower(-2, 3), -8);
  });
});

describe('power', () => {
  it('computes roots', () => {
    assert.ok(Math.abs(power(2, 0.5) - Math.SQRT2) <= 2 * Number.EPSILON);
    assert.equal(power(0, 0.9), 0);
    assert.equal(power(-2, 3), -8);
    assert.throws(() => power(-2, 0.5), FcnError);
  });
});
