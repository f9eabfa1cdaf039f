import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ShapeError } from '../../src/core/errors.js';
import { argmax } from '../../src/ops/argmax.js';
import { Tensor } from '../../src/tensor/tensor.js';
import { extent, SEED, specials, stream, upTo } from '../support/arbitraries.js';
import { reference32, wasmBackend } from '../support/backends.js';

describe('argmax', () => {
  it('gives the same classes on both backends, special values included', async () => {
    const wasm = await wasmBackend();
    const cases = fc.record({ N: upTo(2), C: upTo(9), W: extent, rng: stream });
    fc.assert(
      fc.property(cases, ({ N, C, W, rng }) => {
        const mark = wasm.mark();
        const scores = specials(rng(), N * C * W, 0.5);
        const [expected, got] = [reference32, wasm].map((backend) =>
          argmax(Tensor.from(backend, scores, [N, C, 1, W])),
        );
        assert.deepEqual(got, expected);
        wasm.release(mark);
      }),
      { seed: SEED, numRuns: 200 },
    );
  });

  it('takes the first of equal scores and never a NaN', async () => {
    const pixels = [
      [1, 3, 3, 2],
      [NaN, -Infinity, -Infinity, NaN],
      [NaN, NaN, NaN, NaN],
      [-0, 0, 0, 0],
      [-1, -2, NaN, -0.5],
    ];
    const scores = [0, 1, 2, 3].flatMap((c) => pixels.map((pixel) => pixel[c]));
    for (const backend of [reference32, await wasmBackend()]) {
      const classes = argmax(Tensor.from(backend, scores, [1, 4, 1, 5]));
      assert.deepEqual([...classes], [1, 1, 0, 0, 3], backend.name);
    }
  });

  it('counts to 256 classes and gives its memory back', async () => {
    const wasm = await wasmBackend();
    const x = Tensor.zeros(wasm, [1, 256, 1, 5]);
    x.data[255 * 5 + 2] = 1;
    x.data[200 * 5 + 4] = 1;
    const before = wasm.arena.liveBytes();
    assert.deepEqual([...argmax(x)], [0, 0, 255, 0, 200]);
    assert.equal(wasm.arena.liveBytes(), before);
    assert.throws(() => argmax(Tensor.zeros(wasm, [1, 257, 1, 1])), ShapeError);
    assert.throws(() => argmax(Tensor.zeros(wasm, [1, 0, 1, 1])), ShapeError);
  });
});
