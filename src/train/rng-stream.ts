import { createRng, restoreRng, type Rng } from '../core/rng.js';

/** A stream of random numbers that can be set back in place, so that whoever holds it goes along. */
export class RngStream implements Rng {
  #rng: Rng;

  constructor(seed: number) {
    this.#rng = createRng(seed);
  }

  uniform(): number {
    return this.#rng.uniform();
  }

  integer(n: number): number {
    return this.#rng.integer(n);
  }

  normal(): number {
    return this.#rng.normal();
  }

  state(): readonly number[] {
    return this.#rng.state();
  }

  /** Goes on where another stream's `state()` was taken. */
  restore(state: readonly number[]): void {
    this.#rng = restoreRng(state);
  }
}
