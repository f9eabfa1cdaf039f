import assert from 'node:assert/strict';
import { noGrad } from '../../src/autograd/no-grad.js';
import { backward } from '../../src/autograd/backward.js';
import { ShapeError } from '../../src/core/errors.js';
import { createRng } from '../../src/core/rng.js';
import { BatchNorm2d } from '../../src/nn/batch-norm2d.js';
import { ChannelScale } from '../../src/nn/channel-scale.js';
import { Conv2d } from '../../src/nn/conv2d.js';
import { ConvTranspose2d } from '../../src/nn/conv-transpose2d.js';
import { Dropout } from '../../src/nn/dropout.js';
import { convolutionize, Linear } from '../../src/nn/linear.js';
import { Lrn } from '../../src/nn/lrn.js';
import { MaxPool2d } from '../../src/nn/max-pool2d.js';
import { joinParameters } from '../../src/nn/module.js';
import { Relu } from '../../src/nn/relu.js';
import { Tensor } from '../../src/tensor/tensor.js';
import { normals } from '../support/arbitraries.js';
import { reference32, reference64 } from '../support/backends.js';
import { assertClose, assertSameBits } from '../support/close.js';

const maker = { backend: reference64, rng: createRng(3) };

function randomInput(shape: readonly number[]): Tensor {
  const count = shape.reduce((product, extent) => product * extent, 1);
  return Tensor.from(reference64, normals(createRng(11), count), shape);
}

describe('layers', () => {
  it('have parameters with the shapes of the field', () => {
    const shapes = (module: { parameters(): ReadonlyMap<string, Tensor> }): object =>
      Object.fromEntries([...module.parameters()].map(([name, { shape }]) => [name, shape]));
    const conv = { inChannels: 4, outChannels: 6, kernelSize: [3, 5], groups: 2 } as const;
    assert.deepEqual(shapes(new Conv2d(maker, conv)), { weight: [6, 2, 3, 5], bias: [6] });
    const bare = { inChannels: 4, outChannels: 6, kernelSize: 1, bias: false };
    assert.deepEqual(shapes(new Conv2d(maker, bare)), { weight: [6, 4, 1, 1] });
    const up = { inChannels: 4, outChannels: 4, kernelSize: 4 };
    assert.deepEqual(shapes(new ConvTranspose2d(maker, up)), { weight: [4, 4, 4, 4] });
    const biased = { ...up, groups: 4, bias: true };
    assert.deepEqual(shapes(new ConvTranspose2d(maker, biased)), {
      weight: [4, 1, 4, 4],
      bias: [4],
    });
    assert.deepEqual(shapes(new Linear(maker, { inFeatures: 7, outFeatures: 2 })), {
      weight: [2, 7],
      bias: [2],
    });
    for (const layer of [
      new Relu(),
      new Lrn({ size: 5, alpha: 1, beta: 1, k: 1 }),
      new Dropout({ ratio: 0.5 }),
    ]) {
      assert.deepEqual(shapes(layer), {});
    }
  });

  it('upsample a ramp to a ramp: bilinear interpolation, dense and grouped alike', () => {
    const ramp = new Array<number[]>(4).fill([0, 2, 4, 6, 8]).flat();
    const x = Tensor.from(reference64, ramp, [1, 1, 4, 5]);
    const one = { inChannels: 1, outChannels: 1, kernelSize: 4, stride: 2 };
    const y = new ConvTranspose2d(maker, one).forward(x);
    const row = [...y.data.subarray(4 * 12, 5 * 12)];
    // Output j lies at (j − 1.5) / 2 of the input; the first and last two columns fade into zeros.
    // All numbers are multiples of 1/8: exact.
    assertClose('row', row.slice(2, -2), [0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5], 0);
    const two = Tensor.from(reference64, normals(createRng(5), 2 * 12), [1, 2, 3, 4]);
    const options = { inChannels: 2, outChannels: 2, kernelSize: 4, stride: 2 };
    const dense = new ConvTranspose2d(maker, options).forward(two);
    const grouped = new ConvTranspose2d(maker, { ...options, groups: 2 }).forward(two);
    assertSameBits('dense and grouped', dense.data, grouped.data);
  });

  it('are fixed if told so: no gradient is computed for them', () => {
    const options = { inChannels: 1, outChannels: 1, kernelSize: 4, stride: 2, learned: false };
    const up = new ConvTranspose2d(maker, options);
    const scale = new ChannelScale(maker, { channels: 1, factor: 0.01, learned: false });
    const x = Tensor.from(reference64, [1, 2, 3, 4], [1, 1, 2, 2], { requiresGrad: true });
    const y = up.forward(scale.forward(x));
    backward(y, new Array<number>(y.data.length).fill(1));
    assert.deepEqual([up.weight.hasGrad, scale.weight.hasGrad, x.hasGrad], [false, false, true]);
    assertClose('factor', [scale.weight.data[0]], [0.01], 0);
  });

  it('pool as Caffe: rounding up by default', () => {
    const x = Tensor.dry([1, 1, 5, 7]);
    assert.deepEqual(new MaxPool2d({ kernelSize: 2, stride: 2 }).forward(x).shape, [1, 1, 3, 4]);
  });

  it('drop only while training, from the stream they are given', () => {
    const layer = new Dropout({ ratio: 0.5 });
    const x = randomInput([1, 2, 4, 5]);
    assert.equal(layer.forward(x), x);
    const run = (seed: number): number[] => {
      layer.setTraining(true, createRng(seed));
      return [...layer.forward(x).data];
    };
    const first = run(1);
    assert(first.some((value) => value === 0) && first.some((value) => value !== 0));
    assert.deepEqual(run(1), first);
    assert.notDeepEqual(run(2), first);
    layer.setTraining(false);
    assert.equal(layer.forward(x), x);
  });

  it('normalise batches: by their own moments while training, then by running ones', () => {
    const layer = new BatchNorm2d(maker, { channels: 2, momentum: 1 });
    const x = randomInput([3, 2, 4, 5]);
    layer.setTraining(true);
    const trained = noGrad(() => layer.forward(x));
    const [, , H, W] = x.shape;
    for (const channel of [0, 1]) {
      const values = [0, 1, 2].flatMap((image) => [
        ...trained.data.subarray((2 * image + channel) * H * W, (2 * image + channel + 1) * H * W),
      ]);
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      assert(Math.abs(mean) < 1e-12, `mean ${String(mean)}`);
    }
    layer.setTraining(false);
    const used = noGrad(() => layer.forward(x));
    // The running variance is the unbiased one, 60/59 of the batch's: 0.9 % smaller values.
    assertClose('running', used.data, trained.data, 0.009);
    assert.deepEqual(
      [...layer.parameters().keys()],
      ['weight', 'bias', 'running_mean', 'running_var'],
    );
    assert.equal(layer.running.mean.requiresGrad, false);
    layer.setTraining(true);
    assert.deepEqual(layer.forward(Tensor.dry([1, 2, 3, 3])).shape, [1, 2, 3, 3]);
  });

  it('join names with dots, and with a slash where one is asked for', () => {
    const tensor = Tensor.zeros(reference32, [1]);
    const part = (name: string) => ({
      forward: (x: Tensor) => x,
      parameters: () => new Map([[name, tensor]]),
    });
    const joined = joinParameters([
      ['conv', part('weight')],
      ['fire2', part('/squeeze1x1.weight')],
    ]);
    assert.deepEqual([...joined.keys()], ['conv.weight', 'fire2/squeeze1x1.weight']);
  });
});

describe('convolutionize', () => {
  it('computes the linear layer at every place of a larger map, with the same memory', () => {
    const linear = new Linear(maker, { inFeatures: 2 * 3 * 4, outFeatures: 5 });
    const conv = convolutionize(linear, [2, 3, 4]);
    const x = randomInput([2, 2, 3, 4]);
    // Both are the same sum of 24 products in another order, in float64.
    assertClose('one place', conv.forward(x).data, linear.forward(x).data, 1e-14);
    assert.deepEqual(conv.forward(randomInput([1, 2, 8, 6])).shape, [1, 5, 6, 3]);
    linear.weight.data[0] = 42;
    assert.equal(conv.weight.data[0], 42);
    assert.equal(conv.bias, linear.bias);
  });

  it('refuses a map with another number of features', () => {
    const linear = new Linear(maker, { inFeatures: 24, outFeatures: 5 });
    assert.throws(() => convolutionize(linear, [2, 3, 5]), ShapeError);
    assert.throws(() => convolutionize(linear, [24]), ShapeError);
  });
});
