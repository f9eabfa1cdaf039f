import assert from 'node:assert/strict';
import { macs, parameterCount } from '../../src/graph/macs.js';
import { receptiveField } from '../../src/graph/receptive-field.js';
import { trace, type Graph } from '../../src/graph/trace.js';
import { createNetwork } from '../../src/models/create-network.js';
import type { NetworkSpec, TrunkName, Variant } from '../../src/models/network-spec.js';
import type { CropAttrs } from '../../src/ops/crop.js';
import type { Origin } from '../../src/tensor/origin.js';

// The numbers of the paper and of the authors' files. They stand here and nowhere in src.

function graphOf(spec: Partial<NetworkSpec>, size = 500): Graph {
  const full = {
    trunk: 'vgg16',
    variant: '8s',
    classes: 21,
    geometry: 'authors',
    ...spec,
  } as const;
  return trace(createNetwork(null, full), [1, 3, size, size]);
}

function node(graph: Graph, name: string): Origin {
  const found = graph.nodes.find((candidate) => candidate.name === name);
  assert(found, `no node ${name}`);
  return found;
}

function offsets(spec: Partial<NetworkSpec>): Record<string, readonly number[]> {
  const crops = graphOf(spec).nodes.filter(({ op }) => op === 'crop');
  return Object.fromEntries(
    crops.map(({ name, attrs }) => [name ?? '', (attrs as CropAttrs).offset]),
  );
}

describe('the authors’ networks', () => {
  it('crop at 19, 27, 31, 5, 9 and 18', () => {
    assert.deepEqual(offsets({ variant: '32s' }), { score: [19, 19] });
    assert.deepEqual(offsets({ variant: '16s' }), { score_pool4c: [5, 5], score: [27, 27] });
    const skips = { score_pool4c: [5, 5], score_pool3c: [9, 9] };
    assert.deepEqual(offsets({ variant: '8s' }), { ...skips, score: [31, 31] });
    assert.deepEqual(offsets({ variant: '8s-atonce' }), { ...skips, score: [31, 31] });
    assert.deepEqual(offsets({ trunk: 'caffenet', variant: '32s' }), { score: [18, 18] });
  });

  const fields: readonly [TrunkName, number][] = [
    ['vgg16', 404],
    ['caffenet', 355],
  ];
  for (const [trunk, size] of fields) {
    it(`fc6 of ${trunk} sees ${String(size)} pixels, every 32`, () => {
      const graph = graphOf({ trunk, variant: '32s' });
      for (const field of receptiveField(node(graph, 'fc6'), graph.inputs[0])) {
        assert.deepEqual([field.size, field.stride], [size, { num: 32, den: 1 }]);
      }
    });
  }

  it('fc6 of VGG16 starts where the coordinate map says', () => {
    const graph = graphOf({});
    const [{ offset }] = receptiveField(node(graph, 'fc6'), graph.inputs[0]);
    // i/32 − 25/64 of the input: unit 0 lies over 12½.
    assert.deepEqual(offset, { num: 25, den: 2 });
  });

  it('upsample by kernels of 64, 4, 32, 4, 16 and 63', () => {
    const kernels = (spec: Partial<NetworkSpec>): number[] =>
      graphOf(spec)
        .nodes.filter(({ op }) => op === 'convTranspose2d')
        .map(({ inputs }) => inputs[1].shape[3]);
    assert.deepEqual(kernels({ variant: '32s' }), [64]);
    assert.deepEqual(kernels({ variant: '16s' }), [4, 32]);
    assert.deepEqual(kernels({ variant: '8s' }), [4, 4, 16]);
    assert.deepEqual(kernels({ trunk: 'caffenet', variant: '32s' }), [63]);
  });
});

describe('parameters', () => {
  const counts: readonly [TrunkName, Variant, number, number][] = [
    ['vgg16', '32s', 21, 136_152_917],
    ['vgg16', '16s', 21, 134_815_994],
    ['vgg16', '8s', 21, 134_489_759],
    ['vgg16', '8s-atonce', 21, 134_490_527],
    ['caffenet', '32s', 21, 58_704_590],
    ['vgg16', '32s', 60, 149_251_964],
    ['vgg16', '16s', 60, 138_281_144],
    ['vgg16', '8s', 60, 135_589_364],
    ['vgg16', '32s', 40, 140_978_024],
  ];
  for (const [trunk, variant, classes, expected] of counts) {
    it(`${trunk} ${variant}, ${String(classes)} classes: ${String(expected)}`, () => {
      const graph = graphOf({ trunk, variant, classes });
      assert.equal(sum(graph.nodes.map(parameterCount)), expected);
    });
  }

  it('of the published trunk of SqueezeNet 1.1: 722,496', () => {
    const graph = graphOf({ trunk: 'squeezenet1_1' });
    const trunk = graph.nodes.slice(
      0,
      graph.nodes.findIndex(({ name }) => name === 'pool9'),
    );
    assert.equal(sum(trunk.map(parameterCount)), 722_496);
  });
});

describe('multiply-accumulates', () => {
  it('of FCN-8s at 500 × 500: 150.28 G, 26.31 G in fc6, 4.29 G in fc7', () => {
    const graph = graphOf({});
    const giga = (names: RegExp): string =>
      (sum(graph.nodes.filter(({ name }) => names.test(name ?? '')).map(macs)) / 1e9).toFixed(2);
    assert.equal(giga(/^conv/), '150.28');
    assert.equal(giga(/^fc6/), '26.31');
    assert.equal(giga(/^fc7/), '4.29');
    assert.equal(giga(/^upscore8/), '0.55');
    assert.equal(
      (
        sum(
          graphOf({ variant: '32s' })
            .nodes.filter(({ op }) => op === 'convTranspose2d')
            .map(macs),
        ) / 1e9
      ).toFixed(3),
      '0.462',
    );
  });
});

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
