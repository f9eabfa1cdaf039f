import { relu } from '../ops/relu.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Module } from './module.js';

/** The rectifier as a layer. Any shape. */
export class Relu implements Module {
  forward(x: Tensor): Tensor {
    return relu(x);
  }

  parameters(): ReadonlyMap<string, Tensor> {
    return new Map();
  }
}
