import assert from 'node:assert/strict';
import { FcnError } from '../../src/core/errors.js';
import { alignment, ancestorMaps, cropOffset, pixelOffset } from '../../src/graph/coordinates.js';
import { nameParameters } from '../../src/graph/trace.js';
import { Conv2d } from '../../src/nn/conv2d.js';
import { ConvTranspose2d } from '../../src/nn/conv-transpose2d.js';
import { Sequential } from '../../src/nn/sequential.js';
import { add } from '../../src/ops/add.js';
import { concat } from '../../src/ops/concat.js';
import { crop } from '../../src/ops/crop.js';
import { maxPool2d } from '../../src/ops/max-pool2d.js';
import { relu } from '../../src/ops/relu.js';
import { Tensor } from '../../src/tensor/tensor.js';

const dryMaker = { backend: null, rng: null };
const image = (): Tensor => Tensor.dry([1, 1, 32, 40], 'data');
const pool = (x: Tensor): Tensor => maxPool2d(x, { kernelSize: 2, stride: 2 });
const up = (x: Tensor, kernelSize: number): Tensor =>
  new ConvTranspose2d(dryMaker, { inChannels: 1, outChannels: 1, kernelSize, stride: 2 }).forward(
    x,
  );

describe('coordinates', () => {
  it('a pooled map lies between the pixels of its input', () => {
    const x = image();
    const [{ scale, shift }] = alignment(x.origin, pool(x).origin);
    assert.deepEqual(
      [scale, shift],
      [
        { num: 1, den: 2 },
        { num: -1, den: 4 },
      ],
    );
  });

  it('upsampling by an even kernel undoes that, up to whole pixels', () => {
    const x = image();
    assert.deepEqual(pixelOffset(up(pool(x), 4).origin, x.origin), [1, 1]);
    assert.deepEqual(cropOffset(up(pool(x), 4).origin, x.origin), [1, 1]);
  });

  it('a crop shifts; rows and columns are counted apart', () => {
    const x = image();
    const cut = crop(x, [3, 5], [4, 4]);
    assert.deepEqual(pixelOffset(x.origin, cut.origin), [3, 5]);
    assert.deepEqual(pixelOffset(cut.origin, x.origin), [-3, -5]);
  });

  it('the nearest common ancestor counts, not the image', () => {
    const x = image();
    const conv = new Conv2d(dryMaker, { inChannels: 1, outChannels: 1, kernelSize: 3 });
    const branch = conv.forward(x);
    const [nearest] = [...ancestorMaps(relu(branch).origin).keys()].slice(1);
    assert.equal(nearest, branch.origin);
    assert.deepEqual(cropOffset(branch.origin, relu(branch).origin), [0, 0]);
  });

  it('a sum of maps that lie alike has their place, and the wider window', () => {
    const x = image();
    const wide = new Conv2d(dryMaker, { inChannels: 1, outChannels: 1, kernelSize: 3, padding: 1 });
    const sum = add(wide.forward(x), x);
    assert.equal(ancestorMaps(sum.origin).get(x.origin)?.[0].window, 3);
    const disagreeing = add(crop(x, [0, 0], [8, 8]), crop(x, [1, 0], [8, 8]));
    assert.equal(ancestorMaps(disagreeing.origin).has(x.origin), false);
    assert.throws(() => alignment(disagreeing.origin, x.origin), /no coordinates in common/);
  });

  it('a concatenation along rows puts its inputs at different places', () => {
    const [a, b] = [image(), image()];
    const both = concat([a, b], 2);
    assert.deepEqual(pixelOffset(both.origin, a.origin), [0, 0]);
    assert.deepEqual(pixelOffset(both.origin, b.origin), [32, 0]);
  });

  it('says which layers do not fit, and by which fraction', () => {
    const x = image();
    const half = up(pool(x), 3);
    half.origin.name = 'upscore';
    assert.throws(() => cropOffset(half.origin, x.origin), /upscore .*over data.* 1\/2 pixels off/);
    const small = pool(x);
    small.origin.name = 'pool1';
    assert.throws(
      () => cropOffset(small.origin, x.origin),
      /pool1 .*over data.* 1\/2 pixels for each/,
    );
    const cut = crop(x, [2, 2], [4, 4]);
    assert.throws(() => cropOffset(cut.origin, x.origin), FcnError);
    assert.throws(() => cropOffset(image().origin, x.origin), /no coordinates in common/);
  });

  it('names follow the weights where nobody gave others', () => {
    const net = new Sequential([
      ['conv', new Conv2d(dryMaker, { inChannels: 1, outChannels: 1, kernelSize: 1 })],
    ]);
    nameParameters(net);
    const [, conv] = net.layers[0];
    assert.throws(
      () => cropOffset(crop(conv.forward(image()), [1, 1], [2, 2]).origin, image().origin),
      /conv:crop/,
    );
  });
});
