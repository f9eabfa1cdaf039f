import fc from 'fast-check';
import type { ConvAttrs } from '../../../src/backend/attributes.js';
import { convTransposeOutputSize } from '../../../src/backend/conv-size.js';
import type { Rng } from '../../../src/core/rng.js';
import { numel, type Shape } from '../../../src/core/shape.js';
import { widerBorder } from '../../../src/plan/memory/border.js';
import type { Border } from '../../../src/plan/memory/border.js';
import {
  directDiagonalJob,
  diagonalPacking,
  packedDiagonalLength,
} from '../../../src/plan/algorithms/depthwise/diagonal-job.js';
import {
  biasPacking,
  packedBiasLength,
} from '../../../src/plan/algorithms/direct/direct-weights.js';
import { stampingBorder } from '../../../src/plan/algorithms/transposed/stamp-taps.js';
import {
  directTransposedJob,
  packedPhasesLength,
  phasesPacking,
  transposedPhases,
} from '../../../src/plan/algorithms/transposed/transposed-job.js';
import { between, normals, SEED, stream, upTo } from '../../support/arbitraries.js';
import { reference32 } from '../../support/backends.js';
import { assertSameBits } from '../../support/close.js';
import { convCases, filterShape, stampInput } from '../../support/conv-cases.js';
import { JobBench } from '../../support/nhwc.js';

/** A transposed convolution and what surrounds it. */
interface Setting {
  readonly xShape: Shape;
  /** `[C, O / groups, kH, kW]`. */
  readonly wShape: Shape;
  readonly attrs: ConvAttrs;
  readonly biased: boolean;
  readonly relu: boolean;
  /** Border of the maps beyond what is needed. */
  readonly extra: Border;
}

interface Numbers {
  readonly yShape: Shape;
  readonly x: Float32Array;
  readonly w: Float32Array;
  readonly bias: Float32Array | null;
  /** Result of the definition. */
  readonly y: Float32Array;
}

/** Numbers for a setting; `keep` says which weights are not 0. */
function numbersOf(
  { xShape, wShape, attrs, biased, relu }: Setting,
  rng: Rng,
  keep: (c: number, o: number) => boolean = () => true,
): Numbers {
  const [C, O, kH, kW] = wShape;
  const size = (axis: 0 | 1): number =>
    convTransposeOutputSize(xShape[2 + axis], wShape[2 + axis], attrs, axis);
  const outputs = O * attrs.groups;
  const yShape = [1, outputs, size(0), size(1)];
  const x = Float32Array.from(normals(rng, numel(xShape)));
  const w = Float32Array.from(normals(rng, C * O * kH * kW), (value, i) => {
    const pair = Math.floor(i / (kH * kW));
    return keep(Math.floor(pair / O), pair % O) ? value : 0;
  });
  const bias = biased ? Float32Array.from(normals(rng, outputs)) : null;
  const y = new Float32Array(numel(yShape));
  reference32.convTranspose2d(x, xShape, w, wShape, bias, attrs, y);
  if (relu) reference32.relu(y, y);
  return { yShape, x, w, bias, y };
}

function checkDense(bench: JobBench, setting: Setting, rng: Rng): void {
  const { xShape, wShape, attrs, relu, extra } = setting;
  const { yShape, x, w, bias, y } = numbersOf(setting, rng);
  bench.use(() => {
    const needed = stampingBorder(xShape, yShape, wShape, attrs);
    const from = bench.mapOf(x, xShape, widerBorder(needed, extra));
    const to = bench.map(yShape, extra);
    const phases = transposedPhases(from, wShape, attrs);
    const weights = bench.alloc(packedPhasesLength(phases));
    phasesPacking({ data: w, shape: wShape }, phases).write(weights, bench.packer);
    const start = bench.alloc(packedBiasLength(phases[0].layout));
    biasPacking(bias && { data: bias, shape: [bias.length] }, phases[0].layout).write(
      start,
      bench.packer,
    );
    const [weightAddress, biasAddress] = [weights.byteOffset, start.byteOffset];
    const maps = { x: from, y: to };
    bench.run(
      directTransposedJob({ ...maps, attrs, phases, weightAddress, biasAddress, relu }),
      rng,
    );
    assertSameBits('y', bench.floats(to), bench.expected(y, to));
  });
}

/** The definition runs on a full matrix of kernels, zeros between different channels. */
function checkDiagonal(bench: JobBench, setting: Setting, rng: Rng): void {
  const { xShape, wShape, attrs, relu, extra } = setting;
  const { yShape, x, w, bias, y } = numbersOf(setting, rng, (c, o) => c === o);
  const [C, , kH, kW] = wShape;
  const area = kH * kW;
  const kernels = new Float32Array(C * area);
  for (let c = 0; c < C; c++) {
    kernels.set(w.subarray((c * C + c) * area, (c * C + c + 1) * area), c * area);
  }
  bench.use(() => {
    const needed = stampingBorder(xShape, yShape, wShape, attrs);
    const from = bench.mapOf(x, xShape, widerBorder(needed, extra));
    const to = bench.map(yShape, extra);
    const weights = bench.alloc(packedDiagonalLength(wShape, to.pitch));
    diagonalPacking(
      { data: kernels, shape: [C, 1, kH, kW] },
      bias && { data: bias, shape: [C] },
      to.pitch,
    ).write(weights, bench.packer);
    const maps = { x: from, y: to, weightAddress: weights.byteOffset };
    bench.run(directDiagonalJob({ ...maps, attrs, kernelSize: [kH, kW], relu }), rng);
    assertSameBits('y', bench.floats(to), bench.expected(y, to));
  });
}

const border: fc.Arbitrary<Border> = fc.record({
  top: between(0, 2),
  bottom: between(0, 2),
  left: between(0, 2),
  right: between(0, 2),
});

const surroundings = fc.record({ relu: fc.boolean(), extra: border, rng: stream });

describe('transposed convolutions of NHWC maps', () => {
  let bench: JobBench;
  before(async () => {
    bench = await JobBench.create();
  });

  it('directTransposedJob: the bits of the definition for any geometry', () => {
    const sizes = { channels: upTo(10), height: upTo(7), width: upTo(9) };
    fc.assert(
      fc.property(convCases(sizes), surroundings, (conv, { rng, ...around }) => {
        const xShape = [1, ...stampInput(conv).slice(1)];
        const { biased, options: attrs } = conv;
        checkDense(bench, { xShape, wShape: filterShape(conv), attrs, biased, ...around }, rng());
      }),
      { seed: SEED, numRuns: 250 },
    );
  });

  it('directDiagonalJob: the bits of the definition with zeros between channels', () => {
    const sizes = { channels: upTo(1), height: upTo(7), width: upTo(9) };
    fc.assert(
      fc.property(convCases(sizes), upTo(21), surroundings, (conv, C, { rng, ...around }) => {
        const attrs = { ...conv.options, groups: 1 };
        const xShape = [1, C, ...stampInput({ ...conv, options: attrs }).slice(2)];
        const wShape = [C, C, ...conv.kernelSize];
        checkDiagonal(bench, { xShape, wShape, attrs, biased: conv.biased, ...around }, rng());
      }),
      { seed: SEED, numRuns: 250 },
    );
  });

  it('are right for the upsampling of the paper: windows of twice the stride', () => {
    const extra = { top: 0, bottom: 0, left: 0, right: 0 };
    fc.assert(
      fc.property(fc.constantFrom(2, 4, 8), stream, (stride, rng) => {
        const attrs: ConvAttrs = {
          stride: [stride, stride],
          padding: [0, 0],
          dilation: [1, 1],
          groups: 1,
        };
        const k = 2 * stride;
        const setting = { xShape: [1, 5, 6, 7], wShape: [5, 5, k, k], biased: false, relu: false };
        checkDense(bench, { ...setting, attrs, extra }, rng());
        checkDiagonal(bench, { ...setting, attrs, extra }, rng());
      }),
      { seed: SEED, numRuns: 10 },
    );
  });
});
