import assert from 'node:assert/strict';
import fc from 'fast-check';
import { softmax } from '../../src/ops/softmax.js';
import { ShapeError } from '../../src/core/errors.js';
import { createRng } from '../../src/core/rng.js';
import { Tensor } from '../../src/tensor/tensor.js';
import { extent, normals, SEED, stream, upTo } from '../support/arbitraries.js';
import { reference32, wasmBackend } from '../support/backends.js';
import { checkOp } from '../support/check-op.js';
import { assertSameBits } from '../support/close.js';

checkOp({
  name: 'softmax',
  cases: fc.record({ N: upTo(2), C: upTo(6), H: upTo(2), W: extent }),
  inputShapes: ({ N, C, H, W }) => [[N, C, H, W]],
  apply: ([x]) => softmax(x),
  golden: ([x]) => softmax(x),
});

describe('softmax', () => {
  it('does not see a shift of all scores by a power of two', () => {
    fc.assert(
      fc.property(stream, upTo(8), (rng, C) => {
        // Multiples of 2⁻¹⁰ below 2¹², so that the shift and the way back are exact in float32.
        const scores = normals(rng(), C * 5).map((value) => Math.round(value * 1024) / 1024);
        const at = (shift: number): Tensor =>
          Tensor.from(
            reference32,
            scores.map((value) => value + shift),
            [1, C, 1, 5],
          );
        assertSameBits('shifted', softmax(at(1024)).data, softmax(at(0)).data);
      }),
      { seed: SEED },
    );
  });

  it('may work in place, also where pixels fill no vector', async () => {
    for (const backend of [reference32, await wasmBackend()]) {
      const x = Tensor.from(backend, normals(createRng(SEED), 3 * 7), [1, 3, 1, 7]);
      const y = softmax(x);
      backend.softmax(x.data, 3, 7, x.data);
      assertSameBits(backend.name, x.data, y.data);
    }
  });

  it('makes pixels NaN that have no largest finite score, and gives infinitely small ones 0', () => {
    const scores = [
      [NaN, 1],
      [Infinity, 1],
      [-Infinity, -Infinity],
      [-Infinity, 1],
      [-200, 1],
    ];
    const x = Tensor.from(
      reference32,
      [...scores.map(([a]) => a), ...scores.map(([, b]) => b)],
      [1, 2, 5],
    );
    assert.deepEqual([...softmax(x).data], [NaN, NaN, NaN, 0, 0, NaN, NaN, NaN, 1, 1]);
  });

  it('takes classifier scores without pixels and no pixels at all', async () => {
    for (const backend of [reference32, await wasmBackend()]) {
      assert.deepEqual([...softmax(Tensor.from(backend, [3, 3], [1, 2])).data], [0.5, 0.5]);
      assert.deepEqual([...softmax(Tensor.zeros(backend, [1, 2, 0, 4])).data], []);
    }
    assert.throws(() => softmax(Tensor.zeros(reference32, [4])), ShapeError);
  });
});
