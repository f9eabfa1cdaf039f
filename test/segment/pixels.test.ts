import assert from 'node:assert/strict';
import { toRgbImage } from '../../src/segment/pixels.js';

describe('pixels', () => {
  it('lays transparent ones over white', () => {
    const data = Uint8Array.of(10, 20, 30, 255, 10, 20, 30, 0, 10, 20, 30, 51);
    const image = toRgbImage({ width: 3, height: 1, data: new Uint8ClampedArray(data) });
    assert.deepEqual([...image.data], [10, 20, 30, 255, 255, 255, 206, 208, 210]); // a fifth of it
  });

  it('copies them, so that a result outlives changes of the source', () => {
    const data = Uint8Array.of(1, 2, 3);
    const image = toRgbImage({ width: 1, height: 1, data });
    data.fill(0);
    assert.deepEqual([...image.data], [1, 2, 3]);
  });

  it('rounds the numbers of an ndarray, whatever its strides', () => {
    const data = [9, 1.4, 2.5, 3, -0.2, 255.2, 6];
    const view = { data, shape: [1, 2, 3], stride: [6, 3, 1], offset: 1 };
    assert.deepEqual([...toRgbImage(view).data], [1, 3, 3, 0, 255, 6]);
  });
});
