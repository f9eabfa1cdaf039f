import assert from 'node:assert/strict';
import { backward } from '../../src/autograd/backward.js';
import { noGrad } from '../../src/autograd/no-grad.js';
import type { Backend } from '../../src/backend/backend.js';
import type { NamedArray, NamedArrays } from '../../src/core/named-arrays.js';
import { readSafetensors } from '../../src/io/safetensors.js';
import { createNetwork } from '../../src/models/create-network.js';
import { loadParameters } from '../../src/models/load-parameters.js';
import type { NetworkSpec } from '../../src/models/network-spec.js';
import { softmaxCrossEntropy } from '../../src/ops/softmax-cross-entropy.js';
import { Tensor } from '../../src/tensor/tensor.js';
import { reference32, wasmBackend } from '../support/backends.js';
import { assertClose, assertSameBits } from '../support/close.js';
import { fixture } from '../support/fixtures.js';

/** A file of `fixtures/models/golden`: weights, and activations of every stage for a few sizes. */
interface Golden {
  readonly weights: NamedArrays;
  readonly cases: readonly { readonly name: string }[];
  readonly tolerance: number;
  readonly gradTolerance: number;
  /** Arrays of a case whose names start with `kind:`. */
  of(name: string, kind: string): [string, NamedArray][];
  array(name: string): NamedArray;
}

function readGolden(name: string): Golden {
  const path = `models/golden/${name}.safetensors`;
  const { arrays, metadata } = readSafetensors(fixture(path), path);
  const startingWith = (prefix: string): [string, NamedArray][] =>
    [...arrays]
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, array]) => [key.slice(prefix.length), array]);
  const json = (key: string): unknown => JSON.parse(metadata.get(key) ?? 'null');
  return {
    weights: new Map(startingWith('weight:')),
    cases: json('cases') as Golden['cases'], // written by tools/make-network-goldens.py
    tolerance: Number(json('tolerance')),
    gradTolerance: Number(json('gradTolerance')),
    of: (caseName, kind) => startingWith(`${caseName}/${kind}:`),
    array(key) {
      const found = arrays.get(key);
      assert(found, `${path} has no ${key}`);
      return found;
    },
  };
}

const NARROW = { trunk: 'vgg16', widths: [4, 5, 6, 8, 8], fc6Width: 8, fc7Width: 8 } as const;
const NETWORKS: Readonly<Record<string, NetworkSpec>> = {
  'voc-fcn8s-narrow': { ...NARROW, variant: '8s', classes: 5, geometry: 'authors' },
  'voc-fcn8s-narrow-same': { ...NARROW, variant: '8s', classes: 5, geometry: 'same' },
  'caffe-voc-fcn8s': {
    trunk: 'vgg16',
    widths: [8, 12, 16, 24, 24],
    fc6Width: 32,
    fc7Width: 32,
    variant: '8s',
    classes: 21,
    geometry: 'authors',
  },
  'caffe-voc-fcn-alexnet': {
    trunk: 'caffenet',
    widths: [8, 16, 24, 24, 20],
    fc6Width: 32,
    fc7Width: 32,
    variant: '32s',
    classes: 21,
    geometry: 'authors',
  },
};

/** Caffe works in place: what it calls by a convolution's name is rectified. */
function rectified(blob: string): string {
  return blob.replace(/^(?:conv|fc)(?=\d)/, 'relu');
}

describe('networks compute what others computed', () => {
  for (const [name, spec] of Object.entries(NETWORKS)) {
    const golden = readGolden(name);
    for (const { name: size } of golden.cases) {
      it(`${name} at ${size}, every stage`, async () => {
        const wasm = compareStages(await wasmBackend(), spec, golden, size);
        // The plain loops take seconds for the larger ones.
        if (spec.classes > 5 || (spec.geometry === 'authors' && size !== '1x1')) return;
        assertSameBits('score', wasm, compareStages(reference32, spec, golden, size));
      });
    }
  }
});

/** Compares every stored stage, and returns the scores. */
function compareStages(
  backend: Backend,
  spec: NetworkSpec,
  golden: Golden,
  size: string,
): Float32Array {
  const mark = backend.mark();
  const network = createNetwork(backend, spec);
  loadParameters(network, golden.weights, { allowMissing: true });
  const { shape, data } = golden.array(`${size}/blob:data`);
  const named = noGrad(() => network.forwardNamed(Tensor.from(backend, data, shape)));
  const stages = golden.of(size, 'blob').filter(([stage]) => stage !== 'data');
  assert(stages.length >= 7);
  for (const [stage, expected] of stages) {
    const got = named.get(rectified(stage));
    assert(got, `no layer ${stage}`);
    assert.deepEqual(got.shape, expected.shape, stage);
    assertClose(`${backend.name} ${stage}`, got.data, expected.data, golden.tolerance);
  }
  const scores = Float32Array.from(named.get('score')?.data ?? []);
  backend.release(mark);
  return scores;
}

/** Loss and all gradients of the first step. */
function step(backend: Backend, name: string, size: string): Map<string, Float64Array> {
  const golden = readGolden(name);
  const mark = backend.mark();
  const network = createNetwork(backend, NETWORKS[name]);
  loadParameters(network, golden.weights);
  const { shape, data } = golden.array(`${size}/blob:data`);
  const labels = golden.array(`${size}/labels`);
  const loss = softmaxCrossEntropy(
    network.forward(Tensor.from(backend, data, shape)),
    Tensor.from(backend, labels.data, labels.shape),
    { normalization: 'none' },
  );
  backward(loss);
  const found = new Map([['loss', Float64Array.from(loss.data)]]);
  for (const [key, tensor] of network.parameters()) found.set(key, Float64Array.from(tensor.grad));
  backend.release(mark);
  return found;
}

describe('the first training step is what torch computes', () => {
  for (const name of ['voc-fcn8s-narrow', 'voc-fcn8s-narrow-same']) {
    const golden = readGolden(name);
    for (const { name: size } of golden.cases) {
      it(`${name} at ${size}: the loss and the gradient of every parameter`, async () => {
        const found = step(await wasmBackend(), name, size);
        const loss = golden.array(`${size}/loss`).data;
        assertClose('loss', found.get('loss') ?? [], loss, golden.tolerance);
        const gradients = golden.of(size, 'grad');
        assert.equal(gradients.length, golden.weights.size);
        for (const [key, { data }] of gradients) {
          assertClose(key, found.get(key) ?? [], data, golden.gradTolerance);
        }
      });
    }
  }
});
