import assert from 'node:assert/strict';
import { trace } from '../../src/graph/trace.js';
import { summarize } from '../../src/graph/summary.js';
import { Conv2d } from '../../src/nn/conv2d.js';
import type { Module } from '../../src/nn/module.js';
import { Relu } from '../../src/nn/relu.js';
import { Sequential } from '../../src/nn/sequential.js';
import { createRng } from '../../src/core/rng.js';
import { createNetwork } from '../../src/models/create-network.js';
import { add } from '../../src/ops/add.js';
import { relu } from '../../src/ops/relu.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { reference32 } from '../support/backends.js';

const maker = { backend: reference32, rng: createRng(1) };

describe('trace', () => {
  it('gives nodes in an order in which each follows its inputs, with names of their own', () => {
    const graph = trace(createNetwork(null, SPEC), [1, 3, 50, 60]);
    const seen = new Set([...graph.inputs, ...graph.parameters]);
    for (const node of graph.nodes) {
      assert(
        node.inputs.every((input) => seen.has(input)),
        node.name,
      );
      seen.add(node);
    }
    const names = [...seen].map(({ name }) => name);
    assert.equal(new Set(names).size, names.length);
    assert(!names.includes(undefined));
    assert.deepEqual(
      graph.inputs.map(({ name }) => name),
      ['data'],
    );
    assert.deepEqual(
      graph.outputs.map(({ name, shape }) => [name, shape]),
      [['score', [1, 2, 50, 60]]],
    );
  });

  it('finds every parameter, and runs nothing, whatever backend the parameters are on', () => {
    const before = reference32.mark();
    const net = new Sequential([
      ['conv1', new Conv2d(maker, { inChannels: 2, outChannels: 3, kernelSize: 3 })],
      ['relu1', new Relu()],
    ]);
    const afterMaking = reference32.mark();
    const graph = trace(net, [2, 2, 9, 7]);
    assert.equal(reference32.mark(), afterMaking);
    assert.deepEqual(
      graph.parameters.map(({ name }) => name),
      ['conv1.weight', 'conv1.bias'],
    );
    assert.deepEqual(
      graph.nodes.map(({ name, op, shape }) => [name, op, shape]),
      [
        ['conv1', 'conv2d', [2, 3, 7, 5]],
        ['relu1', 'relu', [2, 3, 7, 5]],
      ],
    );
    reference32.release(before);
  });

  it('names nodes that nobody named after their weight, input and op, once each', () => {
    const conv = new Conv2d(
      { backend: null, rng: null },
      { inChannels: 1, outChannels: 1, kernelSize: 1 },
    );
    const model: Module = {
      forward: (x: Tensor) => add(relu(conv.forward(x)), relu(conv.forward(x))),
      parameters: () => new Map([['score.weight', conv.weight]]),
    };
    const names = trace(model, [1, 1, 2, 2]).nodes.map(({ name }) => name);
    assert.deepEqual(names, ['score', 'score:relu', 'score#2', 'score#2:relu', 'score:relu:add']);
  });
});

const SPEC = {
  trunk: 'squeezenet1_1',
  variant: '8s',
  classes: 2,
  geometry: 'same',
} as const;

describe('summarize', () => {
  it('has a row for every node', () => {
    const rows = summarize(trace(createNetwork(null, SPEC), [1, 3, 224, 224]));
    assert.deepEqual(
      rows.find(({ name }) => name === 'conv1'),
      {
        name: 'conv1',
        op: 'conv2d',
        shape: [1, 64, 112, 112],
        receptiveField: 3,
        stride: 2,
        parameters: 3 * 64 * 9 + 64,
        macs: 112 * 112 * 64 * 27,
      },
    );
    assert.deepEqual(rows.at(-1)?.shape, [1, 2, 224, 224]);
  });
});
