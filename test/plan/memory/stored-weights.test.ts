import assert from 'node:assert/strict';
import { createWasmBackend, type WasmBackend } from '../../../src/backend/wasm/index.js';
import { FcnError } from '../../../src/core/errors.js';
import type { NamedArray } from '../../../src/core/named-arrays.js';
import { createRng } from '../../../src/core/rng.js';
import { numel } from '../../../src/core/shape.js';
import type { StoredArray } from '../../../src/core/stored-array.js';
import { memorySource } from '../../../src/io/byte-source.js';
import { writeSafetensors } from '../../../src/io/safetensors.js';
import { openSafetensors } from '../../../src/io/stored-safetensors.js';
import { createNetwork } from '../../../src/models/create-network.js';
import type { NetworkSpec } from '../../../src/models/network-spec.js';
import { BatchNorm2d } from '../../../src/nn/batch-norm2d.js';
import { Conv2d } from '../../../src/nn/conv2d.js';
import type { ParameterMaker } from '../../../src/nn/parameter.js';
import { Sequential } from '../../../src/nn/sequential.js';
import { compile, draftPlan } from '../../../src/plan/compile.js';
import type { Tensor } from '../../../src/tensor/tensor.js';
import { NETWORKS } from '../networks.js';

const WIDE: NetworkSpec = {
  ...{ trunk: 'vgg16', variant: '8s', classes: 3, scoreInit: 'gaussian', geometry: 'authors' },
  ...{ widths: [16, 16, 32, 32, 32], fc6Width: 64, fc7Width: 32 },
};
const SHAPE = [1, 3, 61, 70];

function image(): Float32Array {
  const rng = createRng(3);
  return Float32Array.from({ length: 3 * 61 * 70 }, () => 50 * rng.normal());
}

/** The parameters as they come out of a file. */
function stored(parameters: ReadonlyMap<string, Tensor>): ReadonlyMap<string, StoredArray> {
  const arrays = [...parameters].map(([name, { shape, data }]): [string, NamedArray] => [
    name,
    { shape, data: Float32Array.from(data) },
  ]);
  const file = writeSafetensors(new Map(arrays), new Map(), { dtype: 'F32' });
  return openSafetensors(memorySource(file, 'x')).arrays;
}

/** The same arrays; `onRead` receives the count of numbers of each read. */
function watch(
  arrays: ReadonlyMap<string, StoredArray>,
  onRead: (length: number) => void,
): ReadonlyMap<string, StoredArray> {
  return new Map(
    [...arrays].map(([name, array]): [string, StoredArray] => [
      name,
      {
        ...{ shape: array.shape, digest: array.digest },
        get data() {
          onRead(array.data.length);
          return array.data;
        },
        read(begin, target) {
          onRead(target.length);
          array.read(begin, target);
        },
      },
    ]),
  );
}

function depthwise(maker: ParameterMaker): Sequential {
  const options = { inChannels: 8, outChannels: 8, kernelSize: 3, padding: 1, groups: 8 };
  return new Sequential([
    ['first', new Conv2d(maker, { inChannels: 3, outChannels: 8, kernelSize: 3, padding: 1 })],
    ['second', new Conv2d(maker, options)],
  ]);
}

function normalised(maker: ParameterMaker): Sequential {
  const conv = new Conv2d(maker, { inChannels: 3, outChannels: 8, kernelSize: 3, bias: false });
  const norm = new BatchNorm2d(maker, { channels: 8 });
  norm.setTraining(false);
  return new Sequential([
    ['conv', conv],
    ['norm', norm],
  ]);
}

describe('plans of stored weights', () => {
  let backend: WasmBackend;

  beforeEach(async () => {
    backend = await createWasmBackend({ capacityBytes: 2 ** 27 });
  });

  for (const mode of ['exact', 'fast'] as const) {
    it(`have the bits and the hash of those of a network with weights: ${mode}`, () => {
      const specs = [WIDE, ...Object.values(NETWORKS).map(({ spec }) => spec)];
      const pairs = [
        ...specs.map((spec) => ({
          dry: createNetwork(null, spec),
          model: createNetwork(backend, spec, { rng: createRng(4) }),
        })),
        {
          dry: normalised({ backend: null, rng: null }),
          model: normalised({ backend, rng: createRng(5) }),
        },
      ];
      for (const { dry, model } of pairs) {
        const weights = stored(model.parameters());
        using expected = compile(model, SHAPE, { backend, mode });
        const scores = expected.run(image());
        expected.dispose();
        using plan = compile(dry, SHAPE, { backend, mode, weights });
        assert.equal(plan.hash, expected.hash);
        assert.deepEqual(plan.run(image()), scores);
      }
    });
  }

  it('never hold a whole filter bank in addition to the packed one', () => {
    const model = createNetwork(backend, WIDE, { rng: createRng(4) });
    const weights = stored(model.parameters());
    let largest = 0;
    const watched = watch(weights, (length) => (largest = Math.max(largest, length)));
    const dry = createNetwork(null, WIDE);
    for (const mode of ['exact', 'fast'] as const) {
      compile(dry, SHAPE, { backend, mode, weights: watched }).dispose();
    }
    const fc6 = 64 * 32 * 49;
    assert(largest <= fc6 / 8, `${String(largest)} numbers at once`);
  });

  it('are read only when they are packed: not for a draft, and not for another size', () => {
    const model = depthwise({ backend, rng: createRng(6) });
    const dry = depthwise({ backend: null, rng: null });
    for (const mode of ['exact', 'fast'] as const) {
      let reads = 0;
      const weights = watch(stored(model.parameters()), () => reads++);
      const readsAfter: number[] = [];
      draftPlan(dry, SHAPE, { backend, mode, weights });
      readsAfter.push(reads);
      using plan = compile(dry, SHAPE, { backend, mode, weights });
      readsAfter.push(reads);
      using other = compile(dry, [1, 3, 40, 50], { backend, mode, weights });
      for (const each of [plan, other]) each.run(new Float32Array(numel(each.inputShape)));
      readsAfter.push(reads);
      const [drafting, packing, later] = readsAfter;
      assert.equal(drafting, 0);
      assert(packing > 0);
      assert.equal(later, packing);
    }
  });

  it('need numbers of the right shape for every parameter', () => {
    const dry = createNetwork(null, WIDE);
    assert.throws(() => compile(dry, SHAPE, { backend }), /conv1_1\.weight: missing numbers/);
    const weights = new Map(stored(createNetwork(backend, WIDE).parameters()));
    const bias = weights.get('conv1_1.bias');
    assert(bias);
    weights.set('conv1_1.weight', bias);
    assert.throws(() => compile(dry, SHAPE, { backend, weights }), FcnError);
  });
});
