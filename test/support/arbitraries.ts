import fc from 'fast-check';
import { createRng, type Rng } from '../../src/core/rng.js';

/** Seed of every property test. */
export const SEED = 1701;

/** An integer from 1 to `max`. */
export function upTo(max: number): fc.Arbitrary<number> {
  return fc.integer({ min: 1, max });
}

/** An integer from `min` to `max`. */
export function between(min: number, max: number): fc.Arbitrary<number> {
  return fc.integer({ min, max });
}

/** An extent from 1 to 37: both sides of every vector width and unroll, often right at one. */
export const extent: fc.Arbitrary<number> = fc.oneof(
  fc.integer({ min: 1, max: 37 }),
  fc.constantFrom(1, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33),
);

/** Standard normal float32 numbers. */
export function normals(rng: Rng, length: number): number[] {
  return Array.from({ length }, () => Math.fround(rng.normal()));
}

const SPECIAL = [
  NaN,
  Infinity,
  -Infinity,
  0,
  -0,
  1e-45, // the smallest denormal
  -1e-45,
  1e-39,
  -1.1754942e-38, // the largest denormal, negated
  1.17549435e-38,
  3.4028234663852886e38,
  -3.4028234663852886e38,
  1,
  -1,
].map(Math.fround);

/** Float32 numbers, some of them NaN, infinite, zeros of either sign, denormal or very large. */
export function specials(rng: Rng, length: number, share = 0.3): number[] {
  return Array.from({ length }, () =>
    rng.uniform() < share ? SPECIAL[rng.integer(SPECIAL.length)] : Math.fround(rng.normal()),
  );
}

/**
 * Numbers in (−2, 2), any two of them, and any one and 0, at least 0.6 / `length` apart, in random order:
 * far from the kinks of max, ReLU and pooling when `length` is well below 1 / (finite-difference step).
 */
export function spread(rng: Rng, length: number): number[] {
  const order = Array.from({ length }, (_, i) => i);
  for (let i = length - 1; i > 0; i--) {
    const j = rng.integer(i + 1);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order.map((place) => -2 + (4 * (place + 0.65 + 0.2 * rng.uniform())) / length);
}

/** A stream for the data of one generated case. */
export const stream: fc.Arbitrary<() => Rng> = fc
  .integer({ min: 0, max: 2 ** 31 - 1 })
  .map((seed) => {
    const fresh = (): Rng => createRng(seed);
    return Object.assign(fresh, { [fc.toStringMethod]: () => `data from seed ${String(seed)}` });
  });
