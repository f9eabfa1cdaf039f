import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FcnError } from '../../../src/core/errors.js';
import { winogradTasks } from '../../../src/plan/algorithms/winograd/blocking.js';
import type { WinogradForm } from '../../../src/plan/algorithms/winograd/form.js';
import { between, SEED, upTo } from '../../support/arbitraries.js';
import { assertSameBits } from '../../support/close.js';
import { JobBench } from '../../support/nhwc.js';
import {
  drawNumbers,
  expectedOf,
  inputSize,
  rms,
  runWinograd,
  type WinogradCase,
} from '../../support/winograd-layer.js';

const F2: WinogradForm = { tile: 2, taps: 3 };
const F4: WinogradForm = { tile: 4, taps: 3 };
const F6: WinogradForm = { tile: 6, taps: 3 };
const FC6: WinogradForm = { tile: 2, taps: 7 };

const PLAIN = { dilation: [1, 1], padding: 1, relu: false, pool: null } as const;

const cases: fc.Arbitrary<WinogradCase> = fc
  .record({
    form: fc.constantFrom(F2, F4, F6, FC6),
    channels: upTo(40),
    outputs: upTo(40),
    rows: upTo(15),
    columns: upTo(15),
    dilation: fc.oneof(fc.constant([1, 1] as const), fc.tuple(upTo(4), upTo(4))),
    padding: between(0, 6),
    relu: fc.boolean(),
    pool: fc.constantFrom(null, 'floor', 'ceil'),
  })
  .map((layer) => {
    const reach = Math.min(...layer.dilation) * (layer.form.taps - 1);
    const pool = Math.max(...layer.dilation) === 1 ? layer.pool : null;
    return { ...layer, pool, padding: Math.min(layer.padding, reach) };
  })
  .filter((layer) => Math.min(...inputSize(layer)) > 0)
  .filter(({ rows, columns, pool }) => pool !== 'floor' || Math.min(rows, columns) > 1);

function nameOf({ tile, taps }: WinogradForm): string {
  return `F(${String(tile)}×${String(tile)}, ${String(taps)}×${String(taps)})`;
}

describe('Winograd convolutions', () => {
  let bench: JobBench;
  before(async () => {
    bench = await JobBench.create();
  });

  // The contract of the fast mode. Outputs have variance 1, or less beside padding.
  it('compute layers of any size, and write nothing else', () => {
    fc.assert(
      fc.property(cases, (layer) => {
        bench.use(() => {
          const numbers = drawNumbers(layer);
          const expected = expectedOf(layer, numbers);
          const got = runWinograd(bench, layer, numbers);
          assert.equal(got.length, expected.length);
          const error = rms(got.map((value, i) => value - expected[i]));
          assert.ok(error <= 1e-5, `rms error ${error.toExponential(2)}`);
        });
      }),
      { seed: SEED, numRuns: 200 },
    );
  });

  // The errors of a prototype, with sums that were not cut into runs; the figures measured here are
  // about half of that for 512 channels.
  const realistic = [
    { form: F2, channels: 64, outputs: 64, size: 24, bound: 6e-7 },
    { form: F2, channels: 512, outputs: 16, size: 12, bound: 6e-7 },
    { form: F4, channels: 64, outputs: 64, size: 24, bound: 4e-6 },
    { form: F4, channels: 512, outputs: 16, size: 12, bound: 4e-6 },
    { form: F6, channels: 64, outputs: 64, size: 24, bound: 8e-6 },
    { form: F6, channels: 512, outputs: 16, size: 12, bound: 8e-6 },
    { form: FC6, channels: 512, outputs: 32, size: 6, bound: 1e-5 },
  ];
  for (const { form, channels, outputs, size, bound } of realistic) {
    const name = `${nameOf(form)} of ${String(channels)} channels`;
    it(`${name} has an rms relative error of at most ${String(bound)}`, () => {
      bench.use(() => {
        const layer = { ...PLAIN, form, channels, outputs, rows: size, columns: size };
        const numbers = drawNumbers(layer);
        numbers.x.forEach((value, i) => (numbers.x[i] = Math.max(value, 0))); // as after a ReLU
        const expected = expectedOf(layer, numbers);
        const got = runWinograd(bench, layer, numbers);
        const error = rms(got.map((value, i) => value - expected[i])) / rms(expected);
        console.log(`${name}: rms relative error ${error.toExponential(2)}`);
        assert.ok(error <= bound, error.toExponential(2));
      });
    });
  }

  it('give the same bits however they are cut into tasks', () => {
    const blockings = [
      { tilesPerTask: 1, outputsPerTask: 8, sharesTiles: false },
      { tilesPerTask: 3, outputsPerTask: 16, sharesTiles: false },
      { tilesPerTask: 3, outputsPerTask: 16, sharesTiles: true },
      { tilesPerTask: 1000, outputsPerTask: 1000, sharesTiles: false },
    ];
    for (const form of [F2, F4, F6, FC6]) {
      bench.use(() => {
        const size = { channels: 150, outputs: 36, rows: 17, columns: 13 };
        const layer: WinogradCase = { ...PLAIN, ...size, form, relu: true, pool: 'ceil' };
        const numbers = drawNumbers(layer);
        const expected = runWinograd(bench, layer, numbers);
        for (const blocking of blockings) {
          assertSameBits(nameOf(form), runWinograd(bench, layer, numbers, blocking), expected);
        }
      });
    }
  });

  it('pass a NaN through ReLU and pooling, but not into tiles that do not read it', () => {
    bench.use(() => {
      const size = { channels: 8, outputs: 8, rows: 12, columns: 12 };
      const layer: WinogradCase = { ...PLAIN, ...size, form: F4, relu: true, pool: 'floor' };
      const numbers = drawNumbers(layer);
      numbers.x[0] = NaN;
      const got = runWinograd(bench, layer, numbers);
      assert.ok(Number.isNaN(got[0]));
      assert.ok(!got.subarray(12, 36).some(Number.isNaN));
    });
  });

  it('refuse unsupported sizes', () => {
    const size = { channels: 4, outputs: 8, rows: 5, columns: 5 };
    const fits = { ...size, form: F4, dilation: [1, 1], relu: false } as const;
    winogradTasks({ ...fits, pooled: [3, 2] });
    for (const wrong of [{ channels: 3 }, { outputs: 4 }, { rows: 0 }]) {
      assert.throws(() => winogradTasks({ ...fits, ...wrong, pooled: null }), FcnError);
    }
    assert.throws(() => winogradTasks({ ...fits, pooled: [4, 2] }), FcnError);
    assert.throws(() => winogradTasks({ ...fits, dilation: [2, 1], pooled: [3, 2] }), FcnError);
  });
});
