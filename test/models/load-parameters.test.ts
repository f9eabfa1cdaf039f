import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createWasmBackend } from '../../src/backend/wasm/index.js';
import { FcnError } from '../../src/core/errors.js';
import type { NamedArray } from '../../src/core/named-arrays.js';
import { createRng } from '../../src/core/rng.js';
import { readSafetensors } from '../../src/io/safetensors.js';
import { createSqueezenetClassifier } from '../../src/models/classifier.js';
import { createNetwork } from '../../src/models/create-network.js';
import { loadParameters } from '../../src/models/load-parameters.js';
import { Conv2d } from '../../src/nn/conv2d.js';
import { Sequential } from '../../src/nn/sequential.js';
import { reference32 } from '../support/backends.js';
import { assertSameBits } from '../support/close.js';
import { sharedFile } from '../support/shared.js';

function small(): Sequential {
  const maker = { backend: reference32, rng: null };
  return new Sequential([
    ['fc6', new Conv2d(maker, { inChannels: 2, outChannels: 3, kernelSize: 2 })],
    ['fc7', new Conv2d(maker, { inChannels: 3, outChannels: 1, kernelSize: 1, bias: false })],
  ]);
}

function counting(shape: readonly number[]): NamedArray {
  const count = shape.reduce((product, extent) => product * extent, 1);
  return { shape, data: Float32Array.from({ length: count }, (_, i) => i + 1) };
}

const COMPLETE = [
  ['fc6.weight', counting([3, 2, 2, 2])],
  ['fc6.bias', counting([3])],
  ['fc7.weight', counting([1, 3, 1, 1])],
] as const;

describe('loadParameters', () => {
  it('copies what fits and reports every name once', () => {
    const module = small();
    const report = loadParameters(module, new Map([...COMPLETE, ['fc8.bias', counting([1])]]));
    assert.deepEqual(report, {
      copied: ['fc6.weight', 'fc6.bias', 'fc7.weight'],
      coerced: [],
      dropped: ['fc8.bias'],
      missing: [],
    });
    assert.deepEqual([...(module.parameters().get('fc7.weight')?.data ?? [])], [1, 2, 3]);
  });

  it('coerces a linear layer if it may', () => {
    const linear = new Map<string, NamedArray>([...COMPLETE, ['fc6.weight', counting([3, 8])]]);
    assert.throws(
      () => loadParameters(small(), linear),
      /fc6\.weight is \[3, 2, 2, 2\], the array \[3, 8\]/,
    );
    const module = small();
    assert.deepEqual(loadParameters(module, linear, { coerce: true }).coerced, ['fc6.weight']);
    assert.equal(module.parameters().get('fc6.weight')?.data[23], 24);
  });

  it('refuses another count, coerced or not, before it writes a number', () => {
    for (const wrong of [counting([3, 9]), { shape: [3, 2, 2, 2], data: new Float32Array(5) }]) {
      const module = small();
      const arrays = new Map<string, NamedArray>([...COMPLETE.slice(1), ['fc6.weight', wrong]]);
      assert.throws(() => loadParameters(module, arrays, { coerce: true }), FcnError);
      for (const tensor of module.parameters().values()) assert(tensor.data.every((w) => w === 0));
    }
  });

  it('refuses missing ones unless they may be missing', () => {
    const arrays = new Map(COMPLETE.slice(0, 2));
    assert.throws(() => loadParameters(small(), arrays), /nothing for fc7\.weight/);
    const report = loadParameters(small(), arrays, { allowMissing: true });
    assert.deepEqual(report.missing, ['fc7.weight']);
  });

  it('loses nothing where a network is given its own numbers, on several threads', async () => {
    using backend = await createWasmBackend({ capacityBytes: 2 ** 26, threads: 2 });
    const module = new Conv2d(
      { backend, rng: createRng(5) },
      { inChannels: 512, outChannels: 1024, kernelSize: 1 },
    );
    const before = module.weight.data.slice();
    const own = (copy: (data: Float32Array) => Float32Array): Map<string, NamedArray> =>
      new Map(
        Array.from(module.parameters(), ([name, { shape, data }]) => [
          name,
          { shape, data: copy(data as Float32Array) },
        ]),
      );
    for (const copy of [(data: Float32Array) => data, (data: Float32Array) => data.slice()]) {
      loadParameters(module, own(copy));
      assertSameBits('weight', module.weight.data, before);
    }
  });
});

describe('published weights', () => {
  it('SqueezeNet 1.1: every array finds its layer', function () {
    const path = sharedFile(this, 'data/weights/squeezenet1_1-features.safetensors');
    const { arrays } = readSafetensors(readFileSync(path), path);
    const spec = { trunk: 'squeezenet1_1', variant: '8s', classes: 3, geometry: 'same' } as const;
    const mark = reference32.mark();
    const report = loadParameters(createNetwork(reference32, spec), arrays, { allowMissing: true });
    reference32.release(mark);
    assert.deepEqual([report.dropped, report.coerced, report.copied.length], [[], [], 50]);
    assert(report.missing.every((name) => /^(?:fc|score_|upscore)/.test(name)));
  });

  it('SqueezeNet 1.0: every array finds its layer, and every layer its array', function () {
    const path = sharedFile(this, 'data/weights/squeezenet1_0-imagenet.safetensors');
    const { arrays } = readSafetensors(readFileSync(path), path);
    const mark = reference32.mark();
    const { dropped, coerced, missing } = loadParameters(
      createSqueezenetClassifier(reference32).classify,
      arrays,
    );
    reference32.release(mark);
    assert.deepEqual([dropped, coerced, missing], [[], [], []]);
  });
});
