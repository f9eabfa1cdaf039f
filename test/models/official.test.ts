import assert from 'node:assert/strict';
import type { Backend } from '../../src/backend/backend.js';
import { createWasmBackend } from '../../src/backend/wasm/index.js';
import { FcnError } from '../../src/core/errors.js';
import { createRng } from '../../src/core/rng.js';
import { numel } from '../../src/core/shape.js';
import { buildCaffeNetwork } from '../../src/formats/caffe/build-network.js';
import { defineNetwork } from '../../src/formats/caffe/definitions/official.js';
import { createNetwork, createOfficialNetwork } from '../../src/models/create-network.js';
import type { NetworkSpec } from '../../src/models/network-spec.js';
import { DEFINED_NETWORKS, officialDefinition } from '../../src/models/paper/official.js';
import type { Network } from '../../src/nn/network.js';
import { Tensor } from '../../src/tensor/tensor.js';
import { normals } from '../support/arbitraries.js';

const width = (channels: number): number => Math.max(2, Math.floor(channels / 64) * 2);
const vgg16 = {
  trunk: 'vgg16',
  geometry: 'authors',
  widths: [2, 4, 8, 16, 16],
  fc6Width: 128,
  fc7Width: 128,
} as const;

/** Official networks that a description of the library also describes. */
const SPECS: Readonly<Record<string, NetworkSpec>> = {
  'voc-fcn32s': { ...vgg16, variant: '32s', classes: 21 },
  'voc-fcn16s': { ...vgg16, variant: '16s', classes: 21 },
  'voc-fcn8s': { ...vgg16, variant: '8s', classes: 21 },
  'voc-fcn8s-atonce': { ...vgg16, variant: '8s-atonce', classes: 21 },
  'voc-fcn-alexnet': {
    ...{ ...vgg16, trunk: 'caffenet', widths: [2, 8, 12, 12, 8] },
    ...{ variant: '32s', classes: 21 },
  },
  'pascalcontext-fcn8s': { ...vgg16, variant: '8s', classes: 60 },
  'nyud-fcn32s-color': { ...vgg16, variant: '32s', classes: 40 },
};

describe('the official networks', () => {
  it('have the same scores, built eagerly and read from their prototxt', async () => {
    for (const name of DEFINED_NETWORKS) {
      const backend = await createWasmBackend({ capacityBytes: 2 ** 29 });
      const maker = { backend, rng: null };
      const eager = createOfficialNetwork(backend, name, { width });
      const read = buildCaffeNetwork(defineNetwork(name, { width }), { maker }).network;
      assert.deepEqual([...eager.parameters().keys()], [...read.parameters().keys()], name);
      fill(eager);
      copy(eager, read);
      const scores = scoresOf(backend, eager, name);
      assert.deepEqual(scores, scoresOf(backend, read, name), name);
      if (!(name in SPECS)) continue;
      const network = createNetwork(backend, SPECS[name]);
      assert.deepEqual([...network.parameters().keys()], [...eager.parameters().keys()], name);
      copy(eager, network);
      network.setTraining(false);
      const x = image(backend, 3, 1);
      assert.deepEqual([[...network.forward(x).data]], scores, name);
    }
  }).timeout(120_000);

  it('scale skips at once by 0.01 (pool4) and 0.0001 (pool3), and others by nothing', () => {
    // fcn-facts §3, from the filler values in the authors' voc-fcn8s-atonce/train.prototxt.
    for (const name of DEFINED_NETWORKS) {
      const { layers } = officialDefinition(name).definition;
      const factors = layers.flatMap((layer) =>
        layer.kind === 'scale' ? [[layer.name, layer.factor]] : [],
      );
      const expected = [
        ['scale_pool4', 0.01],
        ['scale_pool3', 0.0001],
      ];
      assert.deepEqual(factors, name === 'voc-fcn8s-atonce' ? expected : [], name);
    }
  });

  it('start, built from a description at once, with the scales of the paper', async () => {
    const backend = await createWasmBackend({ capacityBytes: 2 ** 26 });
    const parameters = createNetwork(backend, SPECS['voc-fcn8s-atonce']).parameters();
    const first = (name: string): number | undefined => parameters.get(name)?.data[0];
    assert.equal(first('scale_pool4.weight'), Math.fround(0.01));
    assert.equal(first('scale_pool3.weight'), Math.fround(0.0001));
  });

  it('crop by the offsets of the published files', () => {
    // fcn-facts §3: offsets and kernels of the authors' prototxt.
    const cropsOf = (name: string): unknown =>
      officialDefinition(name).definition.layers.flatMap((layer) =>
        layer.kind === 'crop' || layer.kind === 'overlap' ? [[layer.name, layer.offset]] : [],
      );
    assert.deepEqual(cropsOf('voc-fcn32s'), [['score', 19]]);
    assert.deepEqual(cropsOf('voc-fcn-alexnet'), [['score', 18]]);
    assert.deepEqual(cropsOf('voc-fcn16s'), [
      ['score_pool4c', 5],
      ['score', 27],
    ]);
    assert.deepEqual(cropsOf('voc-fcn8s'), [
      ['score_pool4c', 5],
      ['score_pool3c', 9],
      ['score', 31],
    ]);
  });

  it('have no others', () => {
    assert.throws(() => createOfficialNetwork(null, 'voc-fcn4s'), FcnError);
  });
});

/** Gives every parameter numbers that depend on its name and shape alone. */
function fill(network: Pick<Network, 'parameters'>): void {
  for (const [name, { data, shape }] of network.parameters()) {
    if (name.startsWith('upscore') || name.startsWith('scale')) continue;
    const deviation = Math.sqrt(2 / Math.max(1, numel(shape) / shape[0]));
    data.set(normals(createRng(name.length), data.length).map((value) => deviation * value));
  }
}

function copy(source: Pick<Network, 'parameters'>, target: Pick<Network, 'parameters'>): void {
  const parameters = source.parameters();
  for (const [name, { data }] of target.parameters()) {
    data.set(parameters.get(name)?.data ?? assert.fail(name));
  }
}

function scoresOf(backend: Backend, network: Network, name: string): number[][] {
  network.setTraining?.(false);
  const channels = (input: string): number => (input === 'depth' ? 1 : 3);
  const inputs = network.inputs.map(
    (input, i) => [input, image(backend, channels(input), i + 1)] as const,
  );
  const outputs = network.run(new Map(inputs));
  const scores = Array.from(outputs.values(), ({ data }) => [...data]);
  assert(
    scores.every((map) => map.some((value) => value !== 0)),
    name,
  );
  return scores;
}

function image(backend: Backend, channels: number, seed: number): Tensor {
  const [height, width] = [72, 80];
  const pixels = normals(createRng(seed), channels * height * width);
  return Tensor.from(backend, pixels, [1, channels, height, width]);
}
