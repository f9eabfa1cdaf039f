import type { LrnAttrs } from '../backend/attributes.js';
import { lrn } from '../ops/lrn.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Module } from './module.js';

/** Local response normalisation across channels as a layer. `[N, C, H, W]` to the same. */
export class Lrn implements Module {
  readonly #attrs: LrnAttrs;

  constructor(attrs: LrnAttrs) {
    this.#attrs = attrs;
  }

  forward(x: Tensor): Tensor {
    return lrn(x, this.#attrs);
  }

  parameters(): ReadonlyMap<string, Tensor> {
    return new Map();
  }
}
