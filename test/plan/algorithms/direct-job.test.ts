import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ConvAttrs } from '../../../src/backend/attributes.js';
import { convOutputSize } from '../../../src/backend/conv-size.js';
import { createRng, type Rng } from '../../../src/core/rng.js';
import { numel, type Shape } from '../../../src/core/shape.js';
import type { PlacedMap } from '../../../src/plan/memory/map-buffer.js';
import { NO_BORDER } from '../../../src/plan/memory/border.js';
import type { Border } from '../../../src/plan/memory/border.js';
import { convLayout, directConvJob } from '../../../src/plan/algorithms/direct/direct-job.js';
import {
  biasPacking,
  packedBiasLength,
  packedWeightLength,
  directPacking,
} from '../../../src/plan/algorithms/direct/direct-weights.js';
import type { Job } from '../../../src/plan/algorithms/job.js';
import { between, SEED, specials, stream, upTo } from '../../support/arbitraries.js';
import { reference32 } from '../../support/backends.js';
import { assertSameBits } from '../../support/close.js';
import { convCases, convInput, filterShape } from '../../support/conv-cases.js';
import { JobBench } from '../../support/nhwc.js';

/** A convolution and what surrounds it. */
interface Setting {
  readonly xShape: Shape;
  readonly wShape: Shape;
  readonly attrs: ConvAttrs;
  readonly biased: boolean;
  readonly relu: boolean;
  /** Border of the input beyond the padding, and border of the output. */
  readonly extra: number;
  readonly role?: 'input' | undefined;
  /** Share of numbers that are NaN, infinite, zeros or denormal; default: none. */
  readonly specialShare?: number;
}

/** The kernel's map and the one that it should be. */
function check(bench: JobBench, setting: Setting, rng: Rng): void {
  const { xShape, wShape, attrs, biased, relu, extra, role } = setting;
  const size = (axis: 0 | 1): number =>
    convOutputSize(xShape[2 + axis], wShape[2 + axis], attrs, axis);
  const yShape = [1, wShape[0], size(0), size(1)];
  const [share, biasShare] = [
    setting.specialShare ?? 0,
    setting.specialShare === undefined ? 0 : 0.3,
  ];
  const x = Float32Array.from(specials(rng, numel(xShape), share));
  const w = Float32Array.from(specials(rng, numel(wShape), share));
  const bias = biased ? Float32Array.from(specials(rng, wShape[0], biasShare)) : null;
  const y = new Float32Array(numel(yShape));
  reference32.conv2d(x, xShape, w, wShape, bias, attrs, y);
  if (relu) reference32.relu(y, y);

  bench.use(() => {
    const from = bench.mapOf(x, xShape, borderOf(attrs, extra), role);
    const to = bench.map(yShape, { top: extra, bottom: 0, left: 0, right: extra });
    bench.run(jobOf(bench, { x: from, y: to, w, wShape, bias, attrs, relu }), rng);
    assertSameBits('y', bench.floats(to), bench.expected(y, to));
  });
}

interface Parts {
  readonly x: PlacedMap;
  readonly y: PlacedMap;
  readonly w: Float32Array;
  readonly wShape: Shape;
  readonly bias: Float32Array | null;
  readonly attrs?: ConvAttrs;
  readonly relu: boolean;
}

/** The job, with its weights packed into memory; same padding by default. */
function jobOf(bench: JobBench, { x, y, w, wShape, bias, relu, ...rest }: Parts): Job {
  const attrs = rest.attrs ?? plain((wShape[2] - 1) / 2);
  const layout = convLayout(x, wShape, attrs);
  const weights = bench.alloc(packedWeightLength(layout));
  directPacking({ data: w, shape: wShape }, layout).write(weights, bench.packer);
  const start = bench.alloc(packedBiasLength(layout));
  biasPacking(bias && { data: bias, shape: [bias.length] }, layout).write(start, bench.packer);
  const [weightAddress, biasAddress] = [weights.byteOffset, start.byteOffset];
  return directConvJob({ x, y, attrs, layout, weightAddress, biasAddress, relu });
}

function borderOf({ padding: [vertical, horizontal] }: ConvAttrs, extra: number): Border {
  return { top: vertical, bottom: vertical + extra, left: horizontal + extra, right: horizontal };
}

const plain = (padding: number): ConvAttrs => ({
  stride: [1, 1],
  padding: [padding, padding],
  dilation: [1, 1],
  groups: 1,
});

describe('directConvJob', () => {
  let bench: JobBench;
  before(async () => {
    bench = await JobBench.create();
  });

  it('gives the bits of the definition for any geometry, in any order of tasks', () => {
    const cases = fc.record({
      conv: convCases({ channels: upTo(10), height: upTo(9), width: upTo(11) }),
      relu: fc.boolean(),
      extra: between(0, 2),
      role: fc.constantFrom('input' as const, undefined),
      specialShare: fc.constantFrom(0, 0, 0.02, 0.5),
      rng: stream,
    });
    fc.assert(
      fc.property(cases, ({ conv, rng, ...around }) => {
        const xShape = [1, ...convInput(conv).slice(1)];
        const { biased, options: attrs } = conv;
        check(bench, { xShape, wShape: filterShape(conv), attrs, biased, ...around }, rng());
      }),
      { seed: SEED, numRuns: 300 },
    );
  });

  it('gives them on both sides of every edge of a tile, a block and a band', () => {
    const cases = fc.record({
      O: fc.constantFrom(1, 7, 8, 9, 16, 17, 24),
      C: fc.constantFrom(1, 3, 4, 5, 8, 9),
      W: fc.constantFrom(1, 2, 3, 4, 5, 8, 63, 64, 65, 255, 256, 257),
      H: upTo(9),
      k: fc.constantFrom(1, 3),
      rng: stream,
    });
    fc.assert(
      fc.property(cases, ({ O, C, W, H, k, rng }) => {
        const attrs = plain((k - 1) / 2);
        const [xShape, wShape] = [
          [1, C, H, W],
          [O, C, k, k],
        ];
        check(bench, { xShape, wShape, attrs, biased: true, relu: true, extra: 1 }, rng());
      }),
      { seed: SEED, numRuns: 60 },
    );
  });

  it('keeps a sum of negative zeros, unless the ReLU makes it +0', () => {
    const [xShape, wShape] = [
      [1, 3, 2, 5],
      [8, 3, 3, 3],
    ];
    for (const relu of [false, true]) {
      bench.use(() => {
        const x = bench.mapOf(new Float32Array(numel(xShape)), xShape, borderOf(plain(1), 0));
        const y = bench.map([1, 8, 2, 5], NO_BORDER);
        const w = new Float32Array(numel(wShape)).fill(-1);
        bench.run(
          jobOf(bench, { x, y, w, wShape, bias: new Float32Array(8).fill(-0), relu }),
          createRng(1),
        );
        const expected = new Float32Array(80).fill(relu ? 0 : -0);
        assertSameBits('y', bench.floats(y), expected);
      });
    }
  });

  it('gives every task a scratch of its own', () => {
    bench.use(() => {
      const [xShape, wShape] = [
        [1, 4, 3, 300],
        [5, 4, 1, 1],
      ];
      const x = bench.mapOf(new Float32Array(numel(xShape)), xShape, NO_BORDER);
      const y = bench.map([1, 5, 3, 300], NO_BORDER);
      const job = jobOf(bench, { x, y, w: new Float32Array(20), wShape, bias: null, relu: false });
      assert.equal(job.tasks, 3);
      const written = Array.from({ length: job.tasks }, (_, task) =>
        bench.wordsWrittenBy(job, task),
      );
      const all = written.flat();
      assert.ok(written.every((words) => words.length > 0));
      assert.equal(new Set(all).size, all.length, 'two tasks write the same word');
    });
  });
});
