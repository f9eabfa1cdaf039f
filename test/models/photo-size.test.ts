import assert from 'node:assert/strict';
import { atPhotoSize } from '../../src/models/photo-size.js';
import { resizeBilinear } from '../../src/ops/resize-bilinear.js';
import { Tensor } from '../../src/tensor/tensor.js';
import { wasmBackend } from '../support/backends.js';

describe('atPhotoSize', () => {
  const values = Array.from({ length: 24 }, (_, i) => Math.sin(i));

  it('hands scores of the right size on untouched', async () => {
    const backend = await wasmBackend();
    const scores = Tensor.from(backend, values, [1, 2, 3, 4]);
    atPhotoSize(backend, scores, [3, 4], (full) => {
      assert.equal(full, scores.data);
    });
    scores.free();
  });

  it('interpolates others, and gives the memory back even if the receiver throws', async () => {
    const backend = await wasmBackend();
    const scores = Tensor.from(backend, values, [1, 2, 3, 4]);
    const expected = resizeBilinear(scores, [7, 9]);
    const before = backend.arena.liveBytes();
    const got = atPhotoSize(backend, scores, [7, 9], (full) => Float32Array.from(full));
    assert.deepEqual(got, Float32Array.from(expected.data));
    assert.throws(() => {
      atPhotoSize(backend, scores, [7, 9], () => {
        throw new RangeError('no');
      });
    }, RangeError);
    assert.equal(backend.arena.liveBytes(), before);
    for (const tensor of [scores, expected]) tensor.free();
  });
});
