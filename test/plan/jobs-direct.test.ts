import fc from 'fast-check';
import type { ConvAttrs } from '../../src/backend/backend.js';
import { slidingSize } from '../../src/backend/conv-size.js';
import type { Rng } from '../../src/core/rng.js';
import { numel, type Shape } from '../../src/core/shape.js';
import type { Border } from '../../src/plan/buffers.js';
import { convLayout, directConvJob } from '../../src/plan/jobs/direct.js';
import {
  packBias,
  packedBiasLength,
  packedWeightLength,
  packWeights,
} from '../../src/plan/jobs/direct-weights.js';
import { between, normals, SEED, stream, upTo } from '../support/arbitraries.js';
import { reference32 } from '../support/backends.js';
import { assertSameBits } from '../support/close.js';
import { convCases, convInput, filterShape } from '../support/conv-cases.js';
import { JobBench } from '../support/nhwc.js';

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
}

/** The kernel's map and the one that it should be. */
function check(bench: JobBench, setting: Setting, rng: Rng): void {
  const { xShape, wShape, attrs, biased, relu, extra, role } = setting;
  const size = (axis: 0 | 1): number =>
    slidingSize(xShape[2 + axis], wShape[2 + axis], attrs, axis);
  const yShape = [1, wShape[0], size(0), size(1)];
  const x = Float32Array.from(normals(rng, numel(xShape)));
  const w = Float32Array.from(normals(rng, numel(wShape)));
  const bias = biased ? Float32Array.from(normals(rng, wShape[0])) : null;
  const y = new Float32Array(numel(yShape));
  reference32.conv2d(x, xShape, w, wShape, bias, attrs, y);
  if (relu) reference32.relu(y, y);

  bench.use(() => {
    const from = bench.mapOf(x, xShape, borderOf(attrs, extra), role);
    const to = bench.map(yShape, { top: extra, bottom: 0, left: 0, right: extra });
    const layout = convLayout(from, wShape, attrs);
    const weights = bench.alloc(packedWeightLength(layout));
    packWeights(w, layout, weights);
    const start = bench.alloc(packedBiasLength(layout));
    packBias(bias, layout, start);
    const [weightAddress, biasAddress] = [weights.byteOffset, start.byteOffset];
    const job = directConvJob({ x: from, y: to, attrs, layout, weightAddress, biasAddress, relu });
    bench.run(job, rng);
    assertSameBits('y', bench.floats(to), bench.expected(y, to));
  });
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
      rng: stream,
    });
    fc.assert(
      fc.property(cases, ({ conv, relu, extra, role, rng }) => {
        const xShape = [1, ...convInput(conv).slice(1)];
        const { biased, options: attrs } = conv;
        const setting = { xShape, wShape: filterShape(conv), attrs, biased, relu, extra, role };
        check(bench, setting, rng());
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
});
