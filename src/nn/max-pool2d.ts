import { maxPool2d } from '../ops/max-pool2d.js';
import type { PoolOptions } from '../ops/pool-options.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Module } from './module.js';

/** Maximum pooling as a layer. Shapes as in the op {@link maxPool2d}. */
export class MaxPool2d implements Module {
  readonly #options: PoolOptions;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  forward(x: Tensor): Tensor {
    return maxPool2d(x, this.#options);
  }

  parameters(): ReadonlyMap<string, Tensor> {
    return new Map();
  }
}
