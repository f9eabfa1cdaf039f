import assert from 'node:assert/strict';
import { ln } from '../../src/core/log.js';
import { createRng } from '../../src/core/rng.js';
import { SEED } from '../support/arbitraries.js';
import { ulpsBetween } from '../support/ulps.js';

/** Numbers whose mantissas and exponents are spread evenly, over all of float64. */
function* everywhere(): Generator<number> {
  const rng = createRng(SEED);
  for (let exponent = -1074; exponent <= 1023; exponent++) {
    for (let i = 0; i < 8; i++) yield (1 + rng.uniform()) * 2 ** exponent;
  }
}

/** Numbers around 1, where the logarithm is small, and around the cuts at √½ and √2. */
function* nearTheCuts(): Generator<number> {
  for (const cut of [Math.SQRT1_2, 1, Math.SQRT2, 2]) {
    for (let away = 2 ** -52; away < 0.25; away *= 1.7) yield* [cut * (1 - away), cut * (1 + away)];
  }
}

describe('ln', () => {
  it('is within 2 ulp of Math.log for all floats, and within 3 ulp around 1', () => {
    const worst = (numbers: Iterable<number>) =>
      Array.from(numbers, (x) => ulpsBetween(ln(x), Math.log(x), 53)).reduce((a, b) =>
        Math.max(a, b),
      );
    // V8 promises less than 1 ulp to the truth; ours measures 1 against it over 600,000 numbers outside
    // 0.2 … 4, and 3 over 3,000,000 within, where s and the sum of the two parts lose a bit each.
    const far = [...everywhere()].filter((x) => x < 0.2 || x > 4);
    assert(worst(far) <= 2, `${String(worst(far))} ulp`);
    const around = Array.from({ length: 50000 }, (_, i) => 0.2 + i * 7.7e-5);
    const near = worst([...nearTheCuts(), ...around]);
    assert(near <= 3, `${String(near)} ulp around 1`);
  });

  it('is exact where possible, and defined at the limits', () => {
    const cases = [
      [1, 0],
      [0, -Infinity],
      [-0, -Infinity],
      [Infinity, Infinity],
      [-1, NaN],
      [-5e-324, NaN],
      [-Infinity, NaN],
      [NaN, NaN],
      [5e-324, -744.4400719213812],
      [2.2250738585072014e-308, -708.3964185322641],
      [Number.MAX_VALUE, 709.782712893384],
      [2, Math.LN2],
      [0.5, -Math.LN2],
    ];
    for (const [x, y] of cases) assert.equal(ln(x), y, `ln(${String(x)})`);
  });
});
