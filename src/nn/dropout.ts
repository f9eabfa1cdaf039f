import { createRng, type Rng } from '../core/rng.js';
import { dropout } from '../ops/dropout.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Module } from './module.js';

/** Options of a {@link Dropout}. */
export interface DropoutOptions {
  /** Share of the values that is dropped. */
  readonly ratio: number;
  /** True to drop whole channels. */
  readonly channelWise?: boolean;
}

/** Drops values at random while training, and scales the others up; otherwise does nothing. */
export class Dropout implements Module {
  readonly #options: DropoutOptions;
  #training = false;
  #rng: Rng = createRng(0);

  constructor(options: DropoutOptions) {
    this.#options = options;
  }

  forward(x: Tensor): Tensor {
    return this.#training ? dropout(x, { ...this.#options, rng: this.#rng }) : x;
  }

  parameters(): ReadonlyMap<string, Tensor> {
    return new Map();
  }

  /** Switches; without a stream of its own, the layer draws from seed 0. */
  setTraining(training: boolean, rng?: Rng): void {
    this.#training = training;
    if (rng !== undefined) this.#rng = rng;
  }
}
