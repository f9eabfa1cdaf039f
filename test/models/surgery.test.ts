import assert from 'node:assert/strict';
import { FcnError, ShapeError } from '../../src/core/errors.js';
import type { NamedArray } from '../../src/core/named-arrays.js';
import { createRng } from '../../src/core/rng.js';
import { createNetwork } from '../../src/models/create-network.js';
import {
  convolutionizeArrays,
  expandScore,
  freeze,
  setBilinearUpsampling,
  transplant,
} from '../../src/models/surgery.js';
import { Conv2d } from '../../src/nn/conv2d.js';
import { bilinearKernel } from '../../src/nn/init.js';
import { Sequential } from '../../src/nn/sequential.js';
import { reference32 } from '../support/backends.js';

const maker = { backend: reference32, rng: createRng(1) };

function conv(name: string, outChannels = 2): Sequential {
  return new Sequential([[name, new Conv2d(maker, { inChannels: 2, outChannels, kernelSize: 1 })]]);
}

function counting(...shape: readonly number[]): NamedArray {
  const count = shape.reduce((product, extent) => product * extent, 1);
  return { shape, data: Float32Array.from({ length: count }, (_, i) => i + 1) };
}

const numbers = (module: Sequential, name: string): number[] => [
  ...(module.parameters().get(name)?.data ?? []),
];

describe('transplant', () => {
  it('copies, coerces, drops and leaves alone, and says so', () => {
    const target = new Sequential([...conv('fc6').layers, ...conv('score').layers]);
    const score = numbers(target, 'score.weight');
    const source = new Map([
      ['fc6.weight', counting(2, 2)],
      ['fc6.bias', counting(2)],
      ['fc8.weight', counting(5)],
    ]);
    assert.deepEqual(transplant(target, source), {
      copied: ['fc6.bias'],
      coerced: ['fc6.weight'],
      dropped: ['fc8.weight'],
      missing: ['score.weight', 'score.bias'],
    });
    assert.deepEqual(numbers(target, 'fc6.weight'), [1, 2, 3, 4]);
    assert.deepEqual(numbers(target, 'score.weight'), score);
  });

  it('puts a suffix after the layer, not the parameter', () => {
    const target = conv('conv1_1color');
    const source = new Map([['conv1_1.weight', counting(2, 2, 1, 1)]]);
    assert.deepEqual(transplant(target, source, { suffix: 'color' }).copied, [
      'conv1_1color.weight',
    ]);
  });

  it('throws where numpy would tile or truncate', () => {
    assert.throws(() => transplant(conv('fc6'), new Map([['fc6.weight', counting(2)]])), FcnError);
  });
});

describe('expandScore', () => {
  it('fills the first classes and keeps the others', () => {
    const target = conv('score', 4);
    const before = numbers(target, 'score.weight');
    const source = new Map([
      ['old.weight', counting(3, 2, 1, 1)],
      ['old.bias', counting(3)],
    ]);
    const report = expandScore(target, source, { to: 'score', from: 'old' });
    assert.deepEqual(report, { layer: 'score', copied: 3, kept: 1 });
    assert.deepEqual(numbers(target, 'score.weight'), [1, 2, 3, 4, 5, 6, ...before.slice(6)]);
    assert.deepEqual(numbers(target, 'score.bias'), [1, 2, 3, 0]);
  });

  it('refuses more classes, other inputs and missing layers', () => {
    const from = (weight: NamedArray): Map<string, NamedArray> =>
      new Map([
        ['score.weight', weight],
        ['score.bias', counting(weight.shape[0])],
      ]);
    for (const source of [from(counting(5, 2, 1, 1)), from(counting(2, 3, 1, 1)), new Map()]) {
      assert.throws(() => expandScore(conv('score', 4), source, { to: 'score' }), FcnError);
    }
  });
});

describe('freeze', () => {
  it('freezes what matches, and refuses a pattern that matches nothing', () => {
    const target = conv('conv1');
    assert.deepEqual(freeze(target, /bias$/), ['conv1.bias']);
    const learned = [...target.parameters()].filter(([, { requiresGrad }]) => requiresGrad);
    assert.deepEqual(
      learned.map(([name]) => name),
      ['conv1.weight'],
    );
    assert.throws(() => freeze(target, /conv2/), FcnError);
  });
});

describe('setBilinearUpsampling', () => {
  it('fills every layer named after "up"', () => {
    const spec = { trunk: 'squeezenet1_1', variant: '16s', classes: 2, geometry: 'same' } as const;
    const mark = reference32.mark();
    const network = createNetwork(reference32, spec);
    const up = ['upscore2.weight', 'upscore16.weight'];
    for (const name of up) network.parameters().get(name)?.data.fill(7);
    assert.deepEqual(setBilinearUpsampling(network), up);
    const { data, shape } = network.parameters().get('upscore16.weight') ?? assert.fail();
    assert.deepEqual(shape, [2, 2, 31, 31]);
    assert.deepEqual([...data.subarray(0, 961)], [...Float32Array.from(bilinearKernel(31))]);
    assert(data.subarray(961, 1922).every((weight) => weight === 0));
    reference32.release(mark);
  });

  it('refuses a layer that cannot interpolate, and a pattern that matches nothing', () => {
    assert.throws(() => setBilinearUpsampling(conv('up', 3)), ShapeError);
    assert.throws(() => setBilinearUpsampling(conv('down')), FcnError);
  });
});

describe('convolutionizeArrays', () => {
  it('gives linear weights the shape of a convolution and touches no number', () => {
    const fc6 = counting(4, 18);
    const source = new Map([
      ['fc6.weight', fc6],
      ['fc6.bias', counting(4)],
    ]);
    const { arrays, reshaped } = convolutionizeArrays(source, new Map([['fc6', [2, 3, 3]]]));
    assert.deepEqual(reshaped, ['fc6.weight']);
    assert.deepEqual(arrays.get('fc6.weight')?.shape, [4, 2, 3, 3]);
    assert.equal(arrays.get('fc6.weight')?.data, fc6.data);
    assert.deepEqual([...arrays.keys()], [...source.keys()]);
    for (const window of [
      [2, 3, 4],
      [18, 1],
    ]) {
      const windows = new Map([['fc6', window]]);
      if (window.length === 3) assert.throws(() => convolutionizeArrays(source, windows), FcnError);
    }
    assert.throws(() => convolutionizeArrays(source, new Map([['fc7', [1, 1, 1]]])), FcnError);
  });
});
