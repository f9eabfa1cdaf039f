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
 * Fails unless |got − expected| ≤ tolerance · max |expected| everywhere.
 *
 * @param tolerance - Relative to the largest expected value; the caller states its source.
 */
export function assertClose(
  what: string,
  got: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
): void {
  assertWithin(what, got, expected, tolerance * largest(expected));
}

/** Fails unless |got − expected| ≤ bound everywhere. */
export function assertWithin(
  what: string,
  got: ArrayLike<number>,
  expected: ArrayLike<number>,
  bound: number,
): void {
  assert.equal(got.length, expected.length, `${what}: length`);
  for (let i = 0; i < got.length; i++) {
    const error = Math.abs(got[i] - expected[i]);
    if (!(error <= bound) && !Object.is(got[i], expected[i])) {
      assert.fail(
        `${what}[${String(i)}]: ${show(got[i])}, expected ${show(expected[i])}; off by ` +
          `${error.toExponential(2)}, allowed ${bound.toExponential(2)}`,
      );
    }
  }
}

/** Largest magnitude; 0 for an empty list. */
export function largest(values: ArrayLike<number>): number {
  return Array.from(values).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

function show(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}
