import { xoroshiro128plus, xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { FcnError } from './errors.js';
import { ln } from './log.js';

/** A seeded stream of random numbers: the same numbers on every engine. */
export interface Rng {
  /** A number in [0, 1) with 32 random bits. */
  uniform(): number;
  /** An integer in [0, n), for 1 ≤ n ≤ 2³². */
  integer(n: number): number;
  /** A standard normal number, by the polar method of Marsaglia. */
  normal(): number;
  /** State from which {@link restoreRng} continues. */
  state(): readonly number[];
}

/** A stream that starts from a seed, an integer of 32 bits. */
export function createRng(seed: number): Rng {
  return wrap(xoroshiro128plus(seed));
}

/**
 * A stream that continues from a saved `state()`.
 *
 * @throws {@link FcnError} if the state is invalid.
 */
export function restoreRng(state: readonly number[]): Rng {
  if (state.length !== 4 || !state.every(Number.isSafeInteger) || state.every((x) => x === 0)) {
    throw new FcnError(`[${state.join(', ')}] is not the state of a random stream`);
  }
  return wrap(xoroshiro128plusFromState(state));
}

const TWO_TO_32 = 4294967296;

function wrap(generator: RandomGenerator): Rng {
  const uniform = (): number => (generator.next() >>> 0) / TWO_TO_32;
  return {
    uniform,
    integer: (n) => Math.floor(uniform() * n),
    normal() {
      for (;;) {
        const u = 2 * uniform() - 1;
        const v = 2 * uniform() - 1;
        const s = u * u + v * v;
        if (s > 0 && s < 1) return u * Math.sqrt((-2 * ln(s)) / s);
      }
    },
    state: () => generator.getState(),
  };
}
