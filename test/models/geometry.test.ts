import assert from 'node:assert/strict';
import { createNetwork } from '../../src/models/create-network.js';
import type { TrunkName, Variant } from '../../src/models/network-spec.js';
import type { Geometry } from '../../src/models/paper/trunk.js';
import { Tensor } from '../../src/tensor/tensor.js';

const VARIANTS: readonly Variant[] = ['32s', '16s', '8s', '8s-atonce'];
const LARGEST = 700;

/** Extent of every layer for an image of n rows and `columns`, by name. */
function extents(
  trunk: TrunkName,
  variant: Variant,
  geometry: Geometry,
): (n: number) => (layer: string) => number {
  const network = createNetwork(null, { trunk, variant, classes: 2, geometry });
  return (n) => {
    const columns = LARGEST + 1 - n;
    const named = network.forwardNamed(Tensor.dry([1, 3, n, columns]));
    assert.deepEqual(named.get('score')?.shape, [1, 2, n, columns]);
    return (layer) => {
      const shape = named.get(layer)?.shape;
      assert(shape, `no layer ${layer}`);
      return shape[2];
    };
  };
}

const half = (n: number): number => Math.ceil(n / 2);

describe('sizes in the authors’ geometry', () => {
  it('are those of the published tables', () => {
    const eight = extents('vgg16', '8s', 'authors');
    const sixteen = extents('vgg16', '16s', 'authors');
    const thirtyTwo = extents('vgg16', '32s', 'authors');
    // n, conv1, pool1 … pool5, fc6, upscore, upscore2, upscore16, upscore_pool4, upscore8
    const table = [
      [1, 199, 100, 50, 25, 13, 7, 1, 64, 4, 80, 10, 88],
      [224, 422, 211, 106, 53, 27, 14, 8, 288, 18, 304, 38, 312],
      [334, 532, 266, 133, 67, 34, 17, 11, 384, 24, 400, 50, 408],
      [500, 698, 349, 175, 88, 44, 22, 16, 544, 34, 560, 70, 568],
    ];
    for (const [n, ...expected] of table) {
      const at = eight(n);
      const trunk = ['conv1_2', 'pool1', 'pool2', 'pool3', 'pool4', 'pool5', 'fc6'].map(at);
      const up = [thirtyTwo(n)('upscore'), at('upscore2'), sixteen(n)('upscore16')];
      assert.deepEqual([...trunk, ...up, at('upscore_pool4'), at('upscore8')], expected);
    }
    const alexnet = extents('caffenet', '32s', 'authors');
    const layers = ['conv1', 'pool1', 'pool2', 'pool5', 'fc6', 'upscore'];
    assert.deepEqual(layers.map(alexnet(500)), [173, 86, 43, 21, 16, 543]);
    assert.deepEqual(layers.map(alexnet(227)), [105, 52, 26, 13, 8, 287]);
  });

  it('VGG16: every layer, and room for every crop, for n = 1 … 700', () => {
    const eight = extents('vgg16', '8s', 'authors');
    for (let n = 1; n <= LARGEST; n++) {
      const at = eight(n);
      const pools = [n + 198];
      for (let i = 0; i < 5; i++) pools.push(half(pools[i]));
      const fc6 = pools[5] - 6;
      assert.deepEqual(['conv1_1', 'pool1', 'pool2', 'pool3', 'pool4', 'pool5'].map(at), pools);
      assert.deepEqual([at('fc6'), at('score_fr'), at('upscore2')], [fc6, fc6, 2 * fc6 + 2]);
      assert.equal(at('upscore_pool4'), 4 * fc6 + 6);
      assert.equal(at('upscore8'), 8 * at('fuse_pool3') + 8);
      assert([4, 5].includes(pools[4] - at('upscore2') - 5), `pool4 for ${String(n)}`);
      assertBetween(pools[3] - at('upscore_pool4') - 9, 6, 9);
      assertBetween(at('upscore8') - n, 62, 93);
    }
  });

  it('the other variants leave the published room around the image', () => {
    const room: readonly [TrunkName, Variant, string, number, number][] = [
      ['vgg16', '32s', 'upscore', 38, 69],
      ['vgg16', '16s', 'upscore16', 54, 85],
      ['vgg16', '8s-atonce', 'upscore8', 62, 93],
      ['caffenet', '32s', 'upscore', 33, 64],
    ];
    for (const [trunk, variant, layer, least, most] of room) {
      const at = extents(trunk, variant, 'authors');
      for (let n = 1; n <= LARGEST; n++) assertBetween(at(n)(layer) - n, least, most);
    }
  });

  for (const trunk of ['caffenet', 'squeezenet1_1', 'squeezenet1_0'] as const) {
    it(`${trunk}: the output has the input’s size, for n = 1 … 700, with all heads`, () => {
      for (const variant of VARIANTS)
        manySizes(extents(trunk, variant, 'authors'), variant === '8s');
    });
  }
});

describe('sizes in the same-padding geometry', () => {
  const layers: Readonly<Record<TrunkName, readonly string[]>> = {
    vgg16: ['conv1_2', 'pool1', 'pool2', 'pool3', 'pool4', 'pool5'],
    caffenet: ['', '', 'conv1', 'conv2', 'conv5', 'pool5'],
    squeezenet1_1: ['', 'conv1', 'fire3', 'fire5', 'fire9', 'pool9'],
    squeezenet1_0: ['', 'conv1', 'fire4', 'fire8', 'fire9', 'pool9'],
  };
  for (const trunk of ['vgg16', 'caffenet', 'squeezenet1_1', 'squeezenet1_0'] as const) {
    it(`${trunk}: every stride halves the extent, rounded up, for n = 1 … 700`, () => {
      const eight = extents(trunk, '8s', 'same');
      for (let n = 1; n <= LARGEST; n++) {
        const at = eight(n);
        layers[trunk].forEach((layer, i) => {
          if (layer !== '')
            assert.equal(at(layer), Math.ceil(n / 2 ** i), `${layer}, n = ${String(n)}`);
        });
        assert.equal(at('score_fr'), Math.ceil(n / 32));
        assert.equal(at('fuse_pool4'), Math.ceil(n / 16));
        assert.equal(at('fuse_pool3'), Math.ceil(n / 8));
      }
    });

    it(`${trunk}: 224 gives 7, 14, 28 and 224`, () => {
      const at = extents(trunk, '8s', 'same')(224);
      const found = ['score_fr', 'score_pool4', 'score_pool3', 'score'].map(at);
      assert.deepEqual(found, [7, 14, 28, 224]);
    });

    it(`${trunk}: the output has the input’s size with the other heads`, () => {
      for (const variant of VARIANTS)
        if (variant !== '8s') manySizes(extents(trunk, variant, 'same'), false);
    });
  }
});

/** Sizes repeat every 32 pixels: up to 64 all of them, then steps that meet every remainder. */
function manySizes(at: (n: number) => unknown, all: boolean): void {
  for (let n = 1; n <= LARGEST; n += all || n < 64 ? 1 : 11) at(n);
}

function assertBetween(value: number, least: number, most: number): void {
  assert(
    value >= least && value <= most,
    `${String(value)} not in ${String(least)} … ${String(most)}`,
  );
}
