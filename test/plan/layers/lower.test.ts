import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import { noGrad } from '../../../src/autograd/no-grad.js';
import type { Backend } from '../../../src/backend/backend.js';
import { FcnError } from '../../../src/core/errors.js';
import { createRng } from '../../../src/core/rng.js';
import { trace } from '../../../src/graph/trace.js';
import { createNetwork } from '../../../src/models/create-network.js';
import type { Module } from '../../../src/nn/module.js';
import { add } from '../../../src/ops/add.js';
import { avgPool2d } from '../../../src/ops/avg-pool2d.js';
import { bestChannels } from '../../../src/ops/best-channels.js';
import { elementwise } from '../../../src/ops/elementwise.js';
import { matMul } from '../../../src/ops/mat-mul.js';
import { multiply } from '../../../src/ops/multiply.js';
import { pointwise } from '../../../src/ops/pointwise.js';
import { poolNd } from '../../../src/ops/pool-nd.js';
import { takeElements } from '../../../src/ops/take-elements.js';
import { reduce } from '../../../src/ops/reduce.js';
import { resample } from '../../../src/ops/resample.js';
import { batchMoments, batchNorm2d } from '../../../src/ops/batch-norm2d.js';
import { channelScale } from '../../../src/ops/channel-scale.js';
import { concat } from '../../../src/ops/concat.js';
import { convTranspose2d } from '../../../src/ops/conv-transpose2d.js';
import { conv2d } from '../../../src/ops/conv2d.js';
import { crop } from '../../../src/ops/crop.js';
import { dropout } from '../../../src/ops/dropout.js';
import { linear } from '../../../src/ops/linear.js';
import { lrn } from '../../../src/ops/lrn.js';
import { maxPool2d } from '../../../src/ops/max-pool2d.js';
import { maximum } from '../../../src/ops/maximum.js';
import { relu } from '../../../src/ops/relu.js';
import { reshape } from '../../../src/ops/reshape.js';
import { resizeBilinear } from '../../../src/ops/resize-bilinear.js';
import { sigmoid } from '../../../src/ops/sigmoid.js';
import { slice } from '../../../src/ops/slice.js';
import { softmax } from '../../../src/ops/softmax.js';
import { weightedSum } from '../../../src/ops/weighted-sum.js';
import { where } from '../../../src/ops/where.js';
import type { LayerList } from '../../../src/plan/layers/layers.js';
import { lower } from '../../../src/plan/layers/lower.js';
import { Tensor } from '../../../src/tensor/tensor.js';
import { normals, SEED } from '../../support/arbitraries.js';
import { reference32, reference64, wasmBackend } from '../../support/backends.js';
import { assertSameBits } from '../../support/close.js';
import { interpret } from '../interpret.js';
import { NETWORKS } from '../networks.js';
import { smallNetwork, type Forward } from './passes/small-plan.js';
import { networkCases, RandomNetwork } from '../random-network.js';

/** Runs a network eagerly and by its layers, on random images. */
function compare(backend: Backend, network: Module, shape: readonly number[]): void {
  const list = lower(trace(network, shape), network.parameters());
  const x = Tensor.from(
    backend,
    normals(
      createRng(3),
      shape.reduce((a, b) => a * b),
    ),
    shape,
  );
  noGrad(() => {
    const [got] = interpret(list, [x]);
    assertSameBits('result', got.data, network.forward(x).data);
  });
}

describe('lowering', () => {
  it('keeps every bit of random networks', async () => {
    const wasm = await wasmBackend();
    for (const backend of [wasm, reference64]) {
      fc.assert(
        fc.property(networkCases, (one) => {
          const mark = backend.mark();
          const network = new RandomNetwork(backend, one, 2);
          compare(backend, network, network.inputShape);
          backend.release(mark);
        }),
        { seed: SEED, numRuns: 60 },
      );
    }
  });

  for (const [name, { spec, H, W }] of Object.entries(NETWORKS)) {
    it(`keeps every bit of ${name}`, async () => {
      const backend = await wasmBackend();
      const mark = backend.mark();
      compare(backend, createNetwork(backend, spec, { rng: createRng(5) }), [1, 3, H, W]);
      backend.release(mark);
    });
  }

  it('returns layers in order, with the names of the graph and one object per value', () => {
    const network = createNetwork(null, NETWORKS['FCN-8s of VGG16, pad 100'].spec);
    const graph = trace(network, [1, 3, 64, 64]);
    const { inputs: given, layers, outputs } = lower(graph, network.parameters());
    assert.deepEqual(
      layers.map(({ name, output }) => [name, output.name]),
      graph.nodes.map(({ name }) => [name, name]),
    );
    assert.deepEqual(outputs, [layers.at(-1)?.output]);
    const known = new Set(given);
    for (const { inputs, output } of layers) {
      assert(inputs.every((input) => known.has(input)));
      known.add(output);
    }
    const kinds = new Set(layers.map(({ kind }) => kind));
    assert.deepEqual([...kinds], ['conv', 'op', 'maxPool', 'convTranspose', 'crop', 'sum']);
  });

  it('shares the numbers of the parameters, and leaves them empty for a dry network', () => {
    const { spec } = NETWORKS['FCN-8s of SqueezeNet'];
    for (const backend of [reference32, null]) {
      const network = createNetwork(backend, spec);
      const { layers } = lower(trace(network, [1, 3, 64, 64]), network.parameters());
      const [first] = layers;
      assert(first.kind === 'conv');
      const weight = network.parameters().get('conv1.weight');
      assert.deepEqual(first.weight.shape, weight?.shape);
      if (backend === null) assert.equal(first.weight.data.length, 0);
      else assert.equal(first.weight.data, weight?.data);
    }
  });
});

/** A network of one function, over parameters of 0.5. */
function networkOf(
  shapes: Record<string, readonly number[]>,
  forward: (x: Tensor, parameters: Record<string, Tensor>) => Tensor,
): Module {
  const parameters = new Map(
    Object.entries(shapes).map(([name, shape]) => [
      name,
      Tensor.from(reference32, new Array<number>(shape.reduce((a, b) => a * b)).fill(0.5), shape),
    ]),
  );
  return {
    forward: (x) => forward(x, Object.fromEntries(parameters)),
    parameters: () => parameters,
  };
}

function lowered(network: Module, shape: readonly number[] = [1, 2, 3, 3]): LayerList {
  return lower(trace(network, shape), network.parameters());
}

/** A network that calls each op, and the kind of its layer if it is not `op`. */
const CALLS: Record<string, [Forward, string?]> = {
  add: [(x) => add(x, x), 'sum'],
  avgPool2d: [(x) => avgPool2d(x, { kernelSize: 2 })],
  batchNorm2d: [
    (x, w) => batchNorm2d(x, { mean: w('m', 2), variance: w('v', 2) }, { weight: w('s', 2) }),
  ],
  bestChannels: [(x) => bestChannels(x, { count: 1, give: 'value' })],
  elementwise: [(x, w) => elementwise(x, w('w', 2, 1, 1), 'div')],
  channelScale: [(x, w) => channelScale(x, w('s', 2), w('t', 2))],
  concat: [(x) => concat([x, x]), 'concat'],
  conv2d: [(x, w) => conv2d(x, w('w', 3, 2, 2, 1), w('b', 3), { stride: [1, 2] }), 'conv'],
  convTranspose2d: [
    (x, w) => convTranspose2d(x, w('w', 2, 3, 4, 4), w('b', 3), { stride: 2, padding: 1 }),
    'convTranspose',
  ],
  crop: [(x) => crop(x, [1, 0], [2, 3]), 'crop'],
  linear: [(x, w) => linear(x, w('w', 4, 72), w('b', 4))],
  lrn: [(x) => lrn(x, { size: 3, alpha: 2 })],
  matMul: [(x) => matMul(x, x)],
  maximum: [(x) => maximum([x, x])],
  maxPool2d: [(x) => maxPool2d(x, { kernelSize: 3, stride: 2, padding: 1 }), 'maxPool'],
  multiply: [(x) => multiply(x, x)],
  pointwise: [(x) => pointwise(x, { name: 'clip', a: -1, b: 1 })],
  poolNd: [
    (x) =>
      poolNd(x, {
        ...{ kind: 'max', rounding: 'ceil', kernelSize: [2, 2], stride: [2, 1], dilation: [1, 2] },
        ...{ before: [0, 1], after: [1, 0] },
      }),
  ],
  takeElements: [
    (x) =>
      takeElements(x, {
        tables: [
          [0, -1],
          [6, 0],
          [0, 1, 2],
        ],
        fill: 7,
      }),
  ],
  reduce: [(x) => reduce(x, { reduction: 'mean', axes: [2] })],
  relu: [(x) => relu(x)],
  resample: [(x) => resample(x, { axis: 2, taps: { indices: [[0, 1]], weights: [[0.25, 0.75]] } })],
  reshape: [(x) => reshape(x, [1, 4, 3, 6])],
  resizeBilinear: [(x) => resizeBilinear(x, [4, 9], 'align-corners')],
  sigmoid: [(x) => sigmoid(x)],
  slice: [(x) => slice(x, 1, 1, 1)],
  softmax: [(x) => softmax(x)],
  where: [(x) => where(x, x, x)],
  weightedSum: [(x) => weightedSum([x, x, x], [0.1, 2, -3]), 'sum'],
};

/** Files of src/ops without a case here, and why. */
const WITHOUT_CASE: Readonly<Record<string, string>> = {
  accuracy: 'takes labels: see test/formats/caffe/losses.test.ts',
  argmax: 'gives bytes, after the network',
  dropout: 'belongs to training; otherwise it gives its input',
  gatherElements: 'takes indices: see the losses of test/formats/onnx/loss.test.ts',
  poolOptions: 'is no op',
  softmaxCrossEntropy: 'takes labels: see the loss of test/formats/caffe/tiny-model.test.ts',
  weightAndBias: 'is no op',
};

describe('lowering of every op', () => {
  it('has a case for each, or a reason why not', () => {
    const ops = readdirSync('src/ops').map((file) =>
      file.replace(/\.ts$/, '').replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase()),
    );
    const known = [...Object.keys(CALLS), ...Object.keys(WITHOUT_CASE)];
    assert.deepEqual(ops.sort(), known.sort());
  });

  for (const [op, [forward, kind = 'op']] of Object.entries(CALLS)) {
    it(`${op} becomes a layer of kind ${kind}`, () => {
      const { list, model } = smallNetwork(forward);
      const { layers } = list;
      assert.deepEqual(
        layers.map((layer) => [layer.kind, layer.inputs[0].name]),
        [[kind, 'data']],
      );
      if (layers[0].kind === 'op') assert.equal(layers[0].rule?.name, op);
      compare(reference32, model, [1, 2, 6, 6]);
    });
  }
});

describe('lowering of unusual networks', () => {
  const cases: Record<string, [Module, string[]]> = {
    'a filter that is computed': [
      networkOf({ w: [1, 2, 1, 1], v: [1, 2, 1, 1] }, (x, { w, v }) => conv2d(x, add(w, v))),
      ['constant', 'constant', 'sum', 'conv2d'],
    ],
    'a constant before a map': [
      networkOf({ a: [1, 2, 3, 3] }, (x, { a }) => maximum([a, x])),
      ['constant', 'maximum'],
    ],
    'sums of constants': [
      networkOf({ a: [1, 2, 3, 3] }, (x, { a }) => add(a, add(x, a))),
      ['constant', 'sum', 'sum'],
    ],
    'values that are no maps': [
      networkOf({ w: [2, 18] }, (x, { w }) => add(linear(x, w), concat([linear(x, w)], 0))),
      ['linear', 'linear', 'concat', 'add'],
    ],
    'rows one below the other': [networkOf({}, (x) => concat([x, x], 2)), ['concat']],
    'nothing to compute': [networkOf({}, (x) => x), []],
    'an output that is a parameter': [networkOf({ a: [1] }, (_, { a }) => a), ['constant']],
    'an input that is not read': [networkOf({ a: [1] }, (_, { a }) => relu(a)), ['relu']],
    'a bias without a weight': [
      networkOf({ m: [2], v: [2], b: [2] }, (x, { m, v, b }) =>
        batchNorm2d(x, { mean: m, variance: v }, { bias: b }),
      ),
      ['batchNorm2d'],
    ],
  };
  for (const [name, [network, ops]] of Object.entries(cases)) {
    it(name, () => {
      assert.deepEqual(
        lowered(network).layers.map((layer) =>
          layer.kind === 'op' ? (layer.rule?.name ?? 'constant') : layer.kind,
        ),
        ops,
      );
      compare(reference32, network, [1, 2, 3, 3]);
    });
  }

  const refused: Record<string, [Module, RegExp]> = {
    dropout: [
      networkOf({}, (x) => dropout(x, { ratio: 0.5, rng: createRng(1) })),
      /data:dropout: unsupported op of training/,
    ],
    'statistics of the batch': [
      networkOf({}, (x) => batchNorm2d(x, batchMoments(x), { training: true })),
      /tensors not among inputs and parameters: input, input/,
    ],
    'a parameter without a name': [
      { ...networkOf({ a: [1] }, (x, { a }) => linear(x, a)), parameters: () => new Map() },
      /tensors not among inputs and parameters: input|linear weight/,
    ],
  };
  for (const [name, [network, message]] of Object.entries(refused)) {
    it(`refuses ${name}`, () => {
      assert.throws(
        () => lowered(network),
        (error) => error instanceof FcnError && message.test(error.message),
      );
    });
  }
});
