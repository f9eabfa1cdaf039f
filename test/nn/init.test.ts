import assert from 'node:assert/strict';
import { FcnError, ShapeError } from '../../src/core/errors.js';
import { createRng } from '../../src/core/rng.js';
import {
  bilinearFiller,
  bilinearKernel,
  constantFiller,
  gaussianFiller,
  msraFiller,
  orZero,
  xavierFiller,
  type Filler,
} from '../../src/nn/init.js';
import { makeParameter } from '../../src/nn/parameter.js';
import { reference32 } from '../support/backends.js';
import { assertSameBits, assertWithin } from '../support/close.js';

const SHAPE = [40, 30, 3, 3];
const COUNT = 40 * 30 * 9;

function filled(fill: Filler): Float64Array {
  const values = new Float64Array(COUNT);
  fill(values, SHAPE, createRng(7));
  return values;
}

function moments(values: Float64Array): { mean: number; variance: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, variance };
}

describe('fillers', () => {
  const fanIn = 30 * 9;
  const fanOut = 40 * 9;
  const cases: readonly [string, Filler, number][] = [
    ['gaussian(0.01)', gaussianFiller(0.01), 1e-4],
    ['xavier', xavierFiller(), 1 / fanIn],
    ['xavier fan-out', xavierFiller('fan-out'), 1 / fanOut],
    ['xavier average', xavierFiller('average'), 2 / (fanIn + fanOut)],
    ['msra', msraFiller(), 2 / fanIn],
    ['msra fan-out', msraFiller('fan-out'), 2 / fanOut],
  ];
  for (const [name, fill, variance] of cases) {
    it(`${name} has mean 0 and variance ${variance.toExponential(2)}`, () => {
      const found = moments(filled(fill));
      // Sampling errors of 10,800 draws: σ/√n of the mean, and of the variance at most √(2/n) = 1.4 %; 5 of them.
      assert(Math.abs(found.mean) < 5 * Math.sqrt(variance / COUNT), String(found.mean));
      assert(Math.abs(found.variance / variance - 1) < 0.07, String(found.variance));
    });
  }

  it('xavier stays inside its bounds', () => {
    const bound = Math.sqrt(3 / fanIn);
    assert(filled(xavierFiller()).every((value) => Math.abs(value) <= bound));
  });

  it('the same seed gives the same numbers', () => {
    assertSameBits('msra', filled(msraFiller()), filled(msraFiller()));
  });

  it('without random numbers constant works, random fillers refuse, orZero leaves zeros', () => {
    const values = new Float32Array(4).fill(9);
    constantFiller(2)(values, [4], null);
    assert.deepEqual([...values], [2, 2, 2, 2]);
    for (const fill of [gaussianFiller(1), xavierFiller(), msraFiller()]) {
      assert.throws(() => {
        fill(values, [4], null);
      }, FcnError);
    }
    const { data } = makeParameter({ backend: reference32, rng: null }, [4], orZero(msraFiller()));
    assert.deepEqual([...data], [0, 0, 0, 0]);
  });
});

describe('bilinearKernel', () => {
  it('is the outer product of ¼ ¾ ¾ ¼ for k = 4, and peaks at 1 for odd k', () => {
    const row = [0.25, 0.75, 0.75, 0.25];
    const expected = row.flatMap((a) => row.map((b) => a * b));
    assertSameBits('k = 4', bilinearKernel(4), expected);
    assert.equal(bilinearKernel(63)[31 * 63 + 31], 1);
  });

  it('sums to stride² and is a partition of unity', () => {
    for (const k of [3, 4, 15, 16, 32, 63, 64]) {
      const stride = Math.ceil(k / 2);
      const kernel = bilinearKernel(k);
      // Sums of at most 4,096 float64 numbers below 1.
      const total = kernel.reduce((sum, weight) => sum + weight, 0);
      assertWithin(`k = ${String(k)}`, [total], [stride ** 2], 1e-9);
      for (let phase = 0; phase < stride; phase++) {
        let sum = 0;
        for (let y = phase; y < k; y += stride) {
          for (let x = 0; x < k; x += stride) sum += kernel[y * k + x];
        }
        assertWithin(`k = ${String(k)}, phase ${String(phase)}`, [sum], [1], 1e-12);
      }
    }
  });

  it('fills the diagonal of a dense weight and every map of a grouped one', () => {
    const kernel = [...bilinearKernel(4)];
    const dense = new Float64Array(2 * 2 * 16).fill(5);
    bilinearFiller(dense, [2, 2, 4, 4], null);
    const none = new Array<number>(16).fill(0);
    assert.deepEqual([...dense], [...kernel, ...none, ...none, ...kernel]);
    const grouped = new Float64Array(2 * 16);
    bilinearFiller(grouped, [2, 1, 4, 4], null);
    assert.deepEqual([...grouped], [...kernel, ...kernel]);
    for (const shape of [
      [2, 3, 4, 4],
      [2, 2, 4, 3],
      [2, 2, 4],
    ]) {
      assert.throws(() => {
        bilinearFiller(dense, shape, null);
      }, ShapeError);
    }
  });
});
