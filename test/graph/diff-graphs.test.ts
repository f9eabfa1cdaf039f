import assert from 'node:assert/strict';
import { buildCaffeNetwork } from '../../src/formats/caffe/build-network.js';
import { diffGraphs } from '../../src/graph/diff-graphs.js';
import { trace, type Graph } from '../../src/graph/trace.js';
import { readNetText } from '../../src/io/caffe/read-files.js';

const NET = `
input: "data" input_shape { dim: 1 dim: 3 dim: 9 dim: 9 }
layer { name: "conv" type: "Convolution" bottom: "data" top: "conv"
  convolution_param { num_output: 2 kernel_size: 3 } }
layer { name: "relu" type: "ReLU" bottom: "conv" top: "relu" }
layer { name: "score" type: "Convolution" bottom: "relu" top: "score"
  convolution_param { num_output: 4 kernel_size: 1 } }`;

function graphOf(text: string): Graph {
  const { network, inputShapes } = buildCaffeNetwork(
    readNetText(new TextEncoder().encode(text), 'net'),
    { maker: { backend: null, rng: null } },
  );
  return trace(network, inputShapes);
}

describe('diffGraphs', () => {
  it('finds a network equal to itself', () => {
    const layers = diffGraphs(graphOf(NET), graphOf(NET));
    assert.deepEqual(
      layers.map(({ name }) => name),
      ['data', 'conv', 'relu', 'score', '(outputs)'],
    );
    assert.ok(layers.every(({ state }) => state === 'equal'));
  });

  it('tells what changed from what only follows', () => {
    const changed = graphOf(NET.replace('kernel_size: 3', 'kernel_size: 3 pad: 1'));
    const layers = new Map(diffGraphs(graphOf(NET), changed).map((layer) => [layer.name, layer]));
    assert.deepEqual(layers.get('conv'), {
      name: 'conv',
      state: 'changed',
      changes: [
        { field: 'padding', a: '[0,0]', b: '[1,1]' },
        { field: 'shape', a: '[1, 2, 7, 7]', b: '[1, 2, 9, 9]' },
      ],
    });
    assert.equal(layers.get('score')?.state, 'resized');
  });

  it('names layers that one network has alone, other wiring and other parameters', () => {
    const b = NET.replaceAll('"relu"', '"relu1"').replace('num_output: 4', 'num_output: 5');
    const layers = new Map(
      diffGraphs(graphOf(NET), graphOf(b)).map((layer) => [layer.name, layer]),
    );
    assert.equal(layers.get('relu')?.state, 'only in A');
    assert.equal(layers.get('relu1')?.state, 'only in B');
    assert.equal([...layers.keys()].at(-1), 'relu1');
    const changes = layers.get('score')?.changes ?? [];
    assert.deepEqual(changes[0], { field: 'inputs', a: 'relu', b: 'relu1' });
    assert.deepEqual(changes[1], {
      ...{ field: 'parameters', a: '[4, 2, 1, 1], [4]', b: '[5, 2, 1, 1], [5]' },
    });
  });
});
