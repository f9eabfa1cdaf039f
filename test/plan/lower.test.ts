import assert from 'node:assert/strict';
import fc from 'fast-check';
import { noGrad } from '../../src/autograd/no-grad.js';
import type { Backend } from '../../src/backend/backend.js';
import { FcnError } from '../../src/core/errors.js';
import { createRng } from '../../src/core/rng.js';
import { trace } from '../../src/graph/trace.js';
import { createNetwork } from '../../src/models/create-network.js';
import type { Module } from '../../src/nn/module.js';
import { add } from '../../src/ops/add.js';
import { batchMoments, batchNorm2d } from '../../src/ops/batch-norm2d.js';
import { concat } from '../../src/ops/concat.js';
import { conv2d } from '../../src/ops/conv2d.js';
import { dropout } from '../../src/ops/dropout.js';
import { linear } from '../../src/ops/linear.js';
import { maximum } from '../../src/ops/maximum.js';
import { relu } from '../../src/ops/relu.js';
import type { PlanLayer } from '../../src/plan/layers.js';
import { lower } from '../../src/plan/lower.js';
import { Tensor } from '../../src/tensor/tensor.js';
import { normals, SEED } from '../support/arbitraries.js';
import { reference32, reference64, wasmBackend } from '../support/backends.js';
import { assertSameBits } from '../support/close.js';
import { interpret } from './interpret.js';
import { NETWORKS } from './networks.js';
import { networkCases, RandomNetwork } from './random-network.js';

/** Runs a network eagerly and by its layers, on random images. */
function compare(backend: Backend, network: Module, shape: readonly number[]): void {
  const layers = lower(trace(network, shape), network.parameters());
  const x = Tensor.from(
    backend,
    normals(
      createRng(3),
      shape.reduce((a, b) => a * b),
    ),
    shape,
  );
  noGrad(() => {
    const got = interpret(layers, x);
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

  it('gives layers in order, with the names of the graph and one object per value', () => {
    const network = createNetwork(null, NETWORKS['FCN-8s of VGG16, pad 100'].spec);
    const graph = trace(network, [1, 3, 64, 64]);
    const layers = lower(graph, network.parameters());
    assert.deepEqual(
      layers.map(({ name, output }) => [name, output.name]),
      graph.nodes.map(({ name }) => [name, name]),
    );
    const known = new Set([layers[0].inputs[0]]);
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
      const [first] = lower(trace(network, [1, 3, 64, 64]), network.parameters());
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

function lowered(network: Module, shape: readonly number[] = [2, 2, 3, 3]): PlanLayer[] {
  return lower(trace(network, shape), network.parameters());
}

describe('lowering of unusual networks', () => {
  const cases: Record<string, [Module, string[]]> = {
    'a filter that is computed': [
      networkOf({ w: [1, 2, 1, 1], v: [1, 2, 1, 1] }, (x, { w, v }) => conv2d(x, add(w, v))),
      ['constant', 'constant', 'sum', 'conv2d'],
    ],
    'a constant before a map': [
      networkOf({ a: [2, 2, 3, 3] }, (x, { a }) => maximum([a, x])),
      ['constant', 'maximum'],
    ],
    'sums of constants': [
      networkOf({ a: [2, 2, 3, 3] }, (x, { a }) => add(a, add(x, a))),
      ['constant', 'sum', 'sum'],
    ],
    'values that are no maps': [
      networkOf({ w: [2, 18] }, (x, { w }) => add(linear(x, w), concat([linear(x, w)], 0))),
      ['linear', 'linear', 'concat', 'add'],
    ],
    'rows one below the other': [networkOf({}, (x) => concat([x, x], 2)), ['concat']],
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
        lowered(network).map((layer) => (layer.kind === 'op' ? layer.op : layer.kind)),
        ops,
      );
      compare(reference32, network, [2, 2, 3, 3]);
    });
  }

  const refused: Record<string, [Module, RegExp]> = {
    dropout: [
      networkOf({}, (x) => dropout(x, { ratio: 0.5, rng: createRng(1) })),
      /data:dropout belongs to training/,
    ],
    'statistics of the batch': [
      networkOf({}, (x) => batchNorm2d(x, batchMoments(x), { training: true })),
      /one input expected beside parameters, got data, input, input/,
    ],
    'a parameter that nobody named': [
      { ...networkOf({ a: [1] }, (x, { a }) => linear(x, a)), parameters: () => new Map() },
      /got data, input|linear weight/,
    ],
    'nothing to compute': [networkOf({}, (x) => x), /one computed output expected, got data/],
    'no input': [networkOf({ a: [1] }, (_, { a }) => relu(a)), /one input expected .* got none/],
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
