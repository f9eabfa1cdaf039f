import assert from 'node:assert/strict';
import { expFloat32, powOf } from '../../src/backend/reference/exp.js';
import { softmax } from '../../src/ops/softmax.js';
import { Tensor } from '../../src/tensor/tensor.js';
import { reference32, wasmBackend } from '../support/backends.js';
import { assertSameBits } from '../support/close.js';
import { ulpsBetween } from '../support/ulps.js';

/** Every `step`-th float32 number from 2^−30 to 104, and the same negative. */
function sweep(step: number): number[] {
  const floats = new Float32Array(1);
  const bits = new Int32Array(floats.buffer);
  const found: number[] = [];
  for (let pattern = 0x30800000; pattern < 0x42d00000; pattern += step) {
    bits[0] = pattern;
    found.push(floats[0], -floats[0]);
  }
  return found;
}

const SMALLEST_NORMAL = 2 ** -126;
const LARGEST = 3.4028234663852886e38;

describe('the exponential of float32', () => {
  it('is within 1.25 ulp of the exact value, and within 1 ulp for denormals', () => {
    let worst = 0;
    let worstDenormal = 0;
    for (const x of sweep(4001)) {
      const truth = Math.exp(x); // exact, next to an ulp of float32
      if (truth > LARGEST) continue;
      const error = Math.abs(expFloat32(x) - truth);
      if (truth < SMALLEST_NORMAL) worstDenormal = Math.max(worstDenormal, error / 2 ** -149);
      else worst = Math.max(worst, ulpsBetween(expFloat32(x), truth, 24));
    }
    // Measured over every 37th number: 1.213 and 0.763.
    assert(worst > 1 && worst <= 1.25, `${String(worst)} ulp`);
    assert(worstDenormal <= 1, `${String(worstDenormal)} ulp, denormal`);
  });

  it('is exact for exact results, and defined at overflow and underflow', () => {
    const cases = [
      [0, 1],
      [-0, 1],
      [88.72283172607422, 3.402798519021476e38],
      [88.72283935546875, Infinity],
      [LARGEST, Infinity],
      [Infinity, Infinity],
      [-103.97, 2 ** -149],
      [-104, 0],
      [-Infinity, 0],
      [NaN, NaN],
    ];
    for (const [x, y] of cases) assert.equal(expFloat32(x), y, `exp(${String(x)})`);
  });

  it('has the same bits in the kernels, through softmax and sigmoid', async () => {
    const wasm = await wasmBackend();
    const mark = wasm.mark();
    const scores = sweep(4999);
    // Pixels with the scores 0 and x: the larger score is subtracted, so both signs are tested.
    const pairs = [...scores.map(() => 0), ...scores];
    const [expected, got] = [reference32, wasm].map((backend) => {
      const y = softmax(Tensor.from(backend, pairs, [1, 2, 1, scores.length])).data;
      const z = Tensor.from(backend, scores, [scores.length]).data;
      backend.sigmoid(z, z);
      return [...y, ...z];
    });
    assertSameBits('softmax and sigmoid', got, expected);
    wasm.release(mark);
  });

  it('and the logarithm have the same bits in the kernels, through LRN and the loss', async () => {
    const wasm = await wasmBackend();
    const mark = wasm.mark();
    const ends = [0, -1, NaN, Infinity, 1, 1e-45, 1e-39, SMALLEST_NORMAL, LARGEST];
    const numbers = [...sweep(49999).map(Math.abs), ...ends];
    const { length } = numbers;
    const [expected, got] = [reference32, wasm].map((backend) => {
      const [x, zeros, powers] = [0, 1, 2].map(() => backend.allocZeros(length));
      x.set(numbers);
      const ones = backend.allocZeros(length).fill(1);
      // With alpha 0, x as the scale and a gradient of 1, gradX is x^−beta.
      const attrs = { size: 1, alpha: 0, beta: 0.75, k: 1 };
      backend.lrnBackward(zeros, [1, 1, 1, length], attrs, zeros, x, ones, powers);
      const losses = numbers.map((_, i) =>
        backend.nllSum(x.subarray(i, i + 1), zeros.subarray(0, 1), 1, 1, 255),
      );
      return [...powers, ...losses, backend.nllSum(x, zeros, 1, length, 255)];
    });
    assertSameBits('powers and losses', got, expected);
    wasm.release(mark);
  });

  it('computes powers of float32 that are rounded once', () => {
    const pow = powOf(new Float32Array(0));
    let differing = 0;
    for (let i = 1; i <= 20000; i++) {
      const base = Math.fround(i * 0.001);
      const truth = Math.fround(base ** -0.75);
      if (pow(base, -0.75) !== truth) differing++;
      assert(ulpsBetween(pow(base, -0.75), truth, 24) <= 1);
    }
    assert(differing <= 1, String(differing)); // float64 is off by 2⁻⁵¹ or so: a tie in 2²⁷
    assert.equal(pow(0, -0.75), Infinity);
    assert.equal(pow(-1, -0.75), NaN);
    assert.equal(pow(Infinity, -0.75), 0);
  });
});
