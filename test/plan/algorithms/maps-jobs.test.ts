import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createRng } from '../../../src/core/rng.js';
import { numel, type Pair, type Shape } from '../../../src/core/shape.js';
import { NO_BORDER } from '../../../src/plan/memory/border.js';
import type { Border } from '../../../src/plan/memory/border.js';
import { concatJobs, cropJob } from '../../../src/plan/algorithms/maps/copy-job.js';
import { fromPlanesJob, toPlanesJob } from '../../../src/plan/algorithms/maps/planes-job.js';
import { maxPoolJob } from '../../../src/plan/algorithms/maps/pool-job.js';
import { sumJob } from '../../../src/plan/algorithms/maps/sum-job.js';
import { between, SEED, specials, stream, upTo } from '../../support/arbitraries.js';
import { reference32 } from '../../support/backends.js';
import { assertSameBits } from '../../support/close.js';
import { JobBench } from '../../support/nhwc.js';

const border: fc.Arbitrary<Border> = fc.record({
  top: between(0, 2),
  bottom: between(0, 2),
  left: between(0, 2),
  right: between(0, 2),
});
const pair = (one: fc.Arbitrary<number>): fc.Arbitrary<Pair> => fc.tuple(one, one);
const channels = fc.oneof(upTo(20), fc.constantFrom(3, 4, 8, 16, 21));

/** A rectangle of `[C, H, W]` maps. */
function cropped(x: Float32Array, [, C, H, W]: Shape, offset: Pair, size: Pair): Float32Array {
  const result = new Float32Array(C * size[0] * size[1]);
  let at = 0;
  for (let c = 0; c < C; c++)
    for (let i = 0; i < size[0]; i++) {
      const from = (c * H + i + offset[0]) * W + offset[1];
      result.set(x.subarray(from, from + size[1]), at);
      at += size[1];
    }
  return result;
}

describe('the jobs on NHWC maps', () => {
  let bench: JobBench;
  before(async () => {
    bench = await JobBench.create();
  });

  it('maxPoolJob: the bits of the definition, NaN and empty windows among them', () => {
    const cases = fc.record({
      C: channels,
      size: pair(upTo(12)),
      out: pair(upTo(8)),
      kernelSize: pair(upTo(3)),
      stride: pair(upTo(3)),
      padding: pair(between(0, 2)),
      border,
      rng: stream,
    });
    fc.assert(
      fc.property(cases, ({ C, size, out, kernelSize, stride, padding, border, rng }) => {
        const [xShape, yShape] = [
          [1, C, ...size],
          [1, C, ...out],
        ];
        const attrs = { kernelSize, stride, padding };
        const x = Float32Array.from(specials(rng(), numel(xShape)));
        const y = new Float32Array(numel(yShape));
        reference32.maxPool2d(x, xShape, attrs, y, yShape, null);
        bench.use(() => {
          const to = bench.map(yShape, border);
          bench.run(maxPoolJob(bench.mapOf(x, xShape, border), to, attrs), rng());
          assertSameBits('y', bench.floats(to), bench.expected(y, to));
        });
      }),
      { seed: SEED, numRuns: 200 },
    );
  });

  it('sumJob: the bits of the definition, of parts of maps', () => {
    const cases = fc.record({
      C: channels,
      size: pair(upTo(9)),
      terms: fc.array(
        fc.record({
          coefficient: fc.constantFrom(1, -1, 0.1, 0, -0, 1e-40),
          offset: pair(between(0, 3)),
          border,
        }),
        { minLength: 1, maxLength: 3 },
      ),
      fromZero: fc.boolean(),
      relu: fc.boolean(),
      border,
      rng: stream,
    });
    fc.assert(
      fc.property(cases, ({ C, size, terms, fromZero, relu, border, rng }) => {
        const random = rng();
        const yShape = [1, C, ...size];
        const y = new Float32Array(numel(yShape)).fill(fromZero ? 0 : -0);
        bench.use(() => {
          const operands = terms.map(({ coefficient, offset, border }) => {
            const shape = [1, C, size[0] + offset[0], size[1] + offset[1] + 1];
            const x = Float32Array.from(specials(random, numel(shape)));
            reference32.addScaled(cropped(x, shape, offset, size), coefficient, y);
            return { x: bench.mapOf(x, shape, border), coefficient, offset };
          });
          if (relu) reference32.relu(y, y);
          const to = bench.map(yShape, border);
          bench.run(sumJob(operands, to, { fromZero, relu }), random);
          assertSameBits('y', bench.floats(to), bench.expected(y, to));
        });
      }),
      { seed: SEED, numRuns: 200 },
    );
  });

  it('cropJob and concatJobs: every number at its place, zeros in the padding channels', () => {
    const cases = fc.record({
      counts: fc.array(channels, { minLength: 1, maxLength: 4 }),
      size: pair(upTo(9)),
      offset: pair(between(0, 3)),
      border,
      role: fc.constantFrom('input' as const, undefined),
      rng: stream,
    });
    fc.assert(
      fc.property(cases, ({ counts, size, offset, border, role, rng }) => {
        const random = rng();
        bench.use(() => {
          const parts = counts.map((C) => {
            const shape = [1, C, size[0] + offset[0] + 1, size[1] + offset[1]];
            const x = Float32Array.from(specials(random, numel(shape)));
            const part = bench.map([1, C, ...size], border);
            const from = bench.mapOf(x, shape, border, role);
            bench.run(cropJob(from, part, offset), random);
            const values = cropped(x, shape, offset, size);
            assertSameBits('crop', bench.floats(part), bench.expected(values, part));
            return { part, values };
          });
          const total = counts.reduce((sum, C) => sum + C);
          const to = bench.map([1, total, ...size], border);
          const jobs = concatJobs(
            parts.map(({ part }) => part),
            to,
          );
          for (const job of jobs.reverse()) bench.run(job, random);
          const values = parts.flatMap((part) => Array.from(part.values));
          assertSameBits('concat', bench.floats(to), bench.expected(values, to));
        });
      }),
      { seed: SEED, numRuns: 100 },
    );
  });

  it('fromPlanesJob and toPlanesJob: there and back', () => {
    const cases = fc.record({ C: channels, size: pair(upTo(13)), border, rng: stream });
    const roles = fc.constantFrom('input' as const, undefined);
    fc.assert(
      fc.property(cases, roles, ({ C, size, border, rng }, role) => {
        const shape = [1, C, ...size];
        const x = Float32Array.from(specials(rng(), numel(shape)));
        bench.use(() => {
          const map = bench.map(shape, border, role);
          bench.run(fromPlanesJob(bench.put(x).byteOffset, map), rng());
          assertSameBits('map', bench.floats(map), bench.expected(x, map));
          const back = bench.alloc(x.length);
          bench.run(toPlanesJob(map, back.byteOffset), rng());
          assertSameBits('planes', back, x);
        });
      }),
      { seed: SEED, numRuns: 100 },
    );
  });

  it('cut large maps into tasks that meet without a gap', () => {
    const shape = [1, 24, 61, 67];
    const x = Float32Array.from({ length: numel(shape) }, (_, i) => i);
    bench.use(() => {
      const [from, to] = [bench.mapOf(x, shape, NO_BORDER), bench.map(shape, NO_BORDER)];
      const job = cropJob(from, to, [0, 0]);
      assert.ok(job.tasks > 1);
      bench.run(job, createRng(SEED));
      assertSameBits('y', bench.floats(to), bench.floats(from));
    });
  });
});
