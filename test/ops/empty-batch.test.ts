import assert from 'node:assert/strict';
import { backward } from '../../src/autograd/backward.js';
import { createRng } from '../../src/core/rng.js';
import { add } from '../../src/ops/add.js';
import { avgPool2d, globalAvgPool2d } from '../../src/ops/avg-pool2d.js';
import { channelScale } from '../../src/ops/channel-scale.js';
import { concat } from '../../src/ops/concat.js';
import { convTranspose2d } from '../../src/ops/conv-transpose2d.js';
import { conv2d } from '../../src/ops/conv2d.js';
import { crop } from '../../src/ops/crop.js';
import { dropout } from '../../src/ops/dropout.js';
import { linear } from '../../src/ops/linear.js';
import { maxPool2d } from '../../src/ops/max-pool2d.js';
import { maximum } from '../../src/ops/maximum.js';
import { relu } from '../../src/ops/relu.js';
import { weightedSum } from '../../src/ops/weighted-sum.js';
import { Tensor } from '../../src/tensor/tensor.js';
import { reference32, wasmBackend } from '../support/backends.js';

/** A layer on `[0, 2, 3, 3]` with a parameter of the given shape. */
type Layer = readonly [name: string, parameter: number[], apply: (x: Tensor, p: Tensor) => Tensor];

const layers: readonly Layer[] = [
  ['add', [0, 2, 3, 3], (x, p) => add(x, p)],
  ['weightedSum', [0, 2, 3, 3], (x, p) => weightedSum([x, p], [1, 2])],
  ['maximum', [0, 2, 3, 3], (x, p) => maximum([x, p])],
  ['concat', [0, 1, 3, 3], (x, p) => concat([x, p])],
  ['channelScale', [2], (x, p) => channelScale(x, p)],
  ['conv2d', [2, 2, 2, 2], (x, p) => conv2d(x, p)],
  ['convTranspose2d', [2, 2, 2, 2], (x, p) => convTranspose2d(x, p)],
  ['linear', [4, 18], (x, p) => linear(x, p)],
  ['bias', [2], (x, p) => conv2d(x, Tensor.zeros(x.backend ?? reference32, [2, 2, 1, 1]), p)],
  ['relu', [1], (x) => relu(x)],
  ['crop', [1], (x) => crop(x, [1, 1], [2, 2])],
  ['dropout', [1], (x) => dropout(x, { ratio: 0.5, rng: createRng(1) })],
  ['maxPool2d', [1], (x) => maxPool2d(x, { kernelSize: 2 })],
  ['avgPool2d', [1], (x) => avgPool2d(x, { kernelSize: 2 })],
  ['globalAvgPool2d', [1], (x) => globalAvgPool2d(x)],
];

describe('a batch without images', () => {
  for (const [name, shape, apply] of layers) {
    it(`passes ${name} and leaves gradients at zero`, async () => {
      for (const backend of [reference32, await wasmBackend()]) {
        const x = Tensor.zeros(backend, [0, 2, 3, 3], { requiresGrad: true });
        const parameter = Tensor.zeros(backend, shape, { requiresGrad: true });
        const y = apply(x, parameter);
        assert.equal(y.shape[0], 0);
        backward(y, []);
        assert(parameter.grad.every((value) => value === 0));
      }
    });
  }
});
