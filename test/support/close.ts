import assert from 'node:assert/strict';

/** Fails unless both have the same bits; any NaN equals any NaN. −0 and +0 differ. */
export function assertSameBits(
  what: string,
  got: ArrayLike<number>,
  expected: ArrayLike<number>,
): void {
  assert.equal(got.length, expected.length, `${what}: length`);
  for (let i = 0; i < got.length; i++) {
    if (!Object.is(got[i], expected[i])) {
      assert.fail(`${what}[${String(i)}]: ${show(got[i])}, expected ${show(expected[i])}`);
    }
  }
}

/**
 * Fails unless |got − expected| ≤ tolerance · max(floor, max |expected|) everywhere.
 *
 * @param tolerance - Relative to the largest expected number; say beside it where it comes from.
 * @param floor - Least scale; 0 asks for zeros where only zeros are expected.
 */
export function assertClose(
  what: string,
  got: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  floor = 0,
): void {
  assert.equal(got.length, expected.length, `${what}: length`);
  let scale = floor;
  for (let i = 0; i < expected.length; i++) scale = Math.max(scale, Math.abs(expected[i]));
  for (let i = 0; i < got.length; i++) {
    const error = Math.abs(got[i] - expected[i]);
    if (!(error <= tolerance * scale) && !Object.is(got[i], expected[i])) {
      assert.fail(
        `${what}[${String(i)}]: ${show(got[i])}, expected ${show(expected[i])}; off by ` +
          `${error.toExponential(2)}, allowed ${(tolerance * scale).toExponential(2)}`,
      );
    }
  }
}

function show(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}
