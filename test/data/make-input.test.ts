import assert from 'node:assert/strict';
import { pictureInput, toPlanes } from '../../src/data/make-input.js';

const image = { width: 2, height: 1, data: Uint8Array.of(1, 2, 3, 255, 0, 128) };

describe('toPlanes', () => {
  it('orders channels blue first for Caffe, and subtracts the mean in float64', () => {
    const mean = [104.00698793, 116.66876762, 122.67891434] as const;
    const expected = [
      [3, 128].map((v) => Math.fround(v - mean[0])),
      [2, 0].map((v) => Math.fround(v - mean[1])),
      [1, 255].map((v) => Math.fround(v - mean[2])),
    ];
    assert.deepEqual(toPlanes(image, { order: 'bgr', mean }), Float32Array.from(expected.flat()));
  });

  it('keeps red first for other networks', () => {
    const input = toPlanes(image, { order: 'rgb', mean: [1, 2, 3] });
    assert.deepEqual([...input], [0, 254, 0, -2, 0, 125]);
  });

  it('rounds once, without rounding the mean to float32 first', () => {
    const grey = { width: 1, height: 1, data: Uint8Array.of(100, 100, 100) };
    const mean = 104.00698793;
    const [once] = toPlanes(grey, { order: 'bgr', mean: [mean, 0, 0] });
    assert.equal(once, Math.fround(100 - mean));
    assert.notEqual(once, Math.fround(100 - Math.fround(mean)));
  });
});

describe('prepare', () => {
  const format = { order: 'rgb', mean: [0, 0, 0] } as const;
  const photo = { width: 40, height: 10, data: new Uint8Array(1200).fill(7) };

  it('keeps small photos unchanged', () => {
    for (const limited of [format, { ...format, longSide: 40 }]) {
      const { data, width, height } = pictureInput(photo, limited);
      assert.deepEqual([width, height], [40, 10]);
      assert.deepEqual(data, toPlanes(photo, format));
    }
  });

  it('shrinks both sides in proportion, to at least one pixel', () => {
    const { data, width, height } = pictureInput(photo, { ...format, longSide: 16 });
    assert.deepEqual([width, height], [16, 4]);
    assert.deepEqual(data, new Float32Array(192).fill(7));
    assert.equal(pictureInput(photo, { ...format, longSide: 1 }).height, 1);
  });
});
