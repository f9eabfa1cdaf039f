import assert from 'node:assert/strict';
import { exp } from '../../src/core/exp.js';
import { ulpsBetween } from '../support/ulps.js';

describe('exp', () => {
  it('is within 2 ulp of Math.exp', () => {
    let worst = 0;
    for (let x = -708; x < 709.5; x += 0.0137) {
      worst = Math.max(worst, ulpsBetween(exp(x), Math.exp(x), 53));
    }
    // One ulp each: ours measures 1 against V8's, which itself promises less than 1 to the truth.
    assert(worst <= 2, String(worst));
  });

  it('is exact where possible, and defined at the limits', () => {
    const cases = [
      [0, 1],
      [-0, 1],
      [709.78, Math.exp(709.78)],
      [709.79, Infinity],
      [1e300, Infinity],
      [Infinity, Infinity],
      [-745.13, 5e-324],
      [-745.14, 0],
      [-Infinity, 0],
      [NaN, NaN],
    ];
    for (const [x, y] of cases) assert.equal(exp(x), y, `exp(${String(x)})`);
  });
});
