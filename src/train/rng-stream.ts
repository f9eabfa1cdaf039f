import { createRng, restoreRng, type Rng } from '../core/rng.js';

/** A random number stream whose state can be replaced in place: all its holders continue from the new state. */
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

  /** Continues from a state returned by `state()`. */
  restore(state: readonly number[]): void {
    this.#rng = restoreRng(state);
  }
}
