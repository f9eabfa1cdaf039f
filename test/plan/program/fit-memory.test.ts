import assert from 'node:assert/strict';
import fc from 'fast-check';
import { noGrad } from '../../../src/autograd/no-grad.js';
import { createWasmBackend, type WasmBackend } from '../../../src/backend/wasm/index.js';
import { createRng } from '../../../src/core/rng.js';
import { numel, type Shape } from '../../../src/core/shape.js';
import { createNetwork } from '../../../src/models/create-network.js';
import type { NetworkSpec } from '../../../src/models/network-spec.js';
import { Conv2d, type Conv2dOptions } from '../../../src/nn/conv2d.js';
import { MaxPool2d } from '../../../src/nn/max-pool2d.js';
import type { Module } from '../../../src/nn/module.js';
import { Relu } from '../../../src/nn/relu.js';
import { Sequential } from '../../../src/nn/sequential.js';
import { compile } from '../../../src/plan/compile.js';
import { MemoryBudgetError } from '../../../src/plan/program/fit-memory.js';
import type { Plan } from '../../../src/plan/plan.js';
import type { PlanMode } from '../../../src/plan/layers/plan-mode.js';
import { Tensor } from '../../../src/tensor/tensor.js';
import { between, SEED, upTo } from '../../support/arbitraries.js';
import { releaseAfterEachTest, wasmBackend } from '../../support/backends.js';
import { NETWORKS } from '../networks.js';

const MODES = ['exact', 'fast'] as const;

/** Wide enough for every form of Winograd's algorithm to pay. */
const WIDE: NetworkSpec = {
  ...{ trunk: 'vgg16', variant: '8s', classes: 3, scoreInit: 'gaussian', geometry: 'same' },
  ...{ widths: [16, 16, 32, 32, 32], fc6Width: 64, fc7Width: 32 },
};

const convolution = fc.record({
  outChannels: upTo(9),
  kernelSize: fc.tuple(upTo(4), upTo(3)),
  stride: fc.tuple(upTo(2), upTo(2)),
  padding: fc.tuple(between(0, 4), between(0, 3)),
  dilation: fc.tuple(upTo(2), upTo(2)),
});

const CONV_3X3: Omit<Conv2dOptions, 'inChannels'> = {
  ...{ outChannels: 32, kernelSize: [3, 3], stride: [1, 1], padding: [1, 1], dilation: [1, 1] },
};

/** Chains of convolutions over images of which the last map is high enough to be cut. */
const chains = fc
  .record({
    convolutions: fc.array(convolution, { minLength: 2, maxLength: 4 }),
    pooled: fc.boolean(),
    extraRows: between(1, 60),
    width: between(20, 30),
    seed: fc.nat(1000),
  })
  .map(({ convolutions, extraRows, ...rest }) => {
    const stride = convolutions.reduce((product, conv) => product * conv.stride[0], 1);
    const reach = convolutions.length * 8 * stride;
    return { ...rest, convolutions, height: 49 * stride + reach + extraRows };
  });

function chainOf(backend: WasmBackend, { convolutions, pooled, seed }: ChainCase): Module {
  const maker = { backend, rng: createRng(seed) };
  let inChannels = 3;
  const layers = convolutions.flatMap((options, i): [string, Module][] => {
    const conv = new Conv2d(maker, { ...options, inChannels });
    inChannels = options.outChannels;
    return [
      [`conv${String(i)}`, conv],
      [`relu${String(i)}`, new Relu()],
    ];
  });
  const pool = new MaxPool2d({ kernelSize: 2, stride: 2, rounding: seed % 2 ? 'ceil' : 'floor' });
  return new Sequential(pooled ? [...layers, ['pool', pool]] : layers);
}

interface ChainCase {
  readonly convolutions: readonly Omit<Conv2dOptions, 'inChannels'>[];
  readonly pooled: boolean;
  readonly seed: number;
}

function image(shape: Shape): Float32Array {
  const rng = createRng(3);
  return Float32Array.from({ length: numel(shape) }, () => 50 * rng.normal());
}

function assertSameBits(got: Float32Array, expected: Float32Array): void {
  assert.equal(got.length, expected.length);
  const at = got.findIndex((value, i) => !Object.is(value, expected[i]));
  assert.equal(at, -1, `[${String(at)}]: ${String(got[at])}, not ${String(expected[at])}`);
}

const inBands = ({ layers }: Plan): boolean =>
  layers.some(({ reason }) => reason.includes('bands'));

/** Returns the least memory of a plan, as the error reports it. */
function leastMemory(
  backend: WasmBackend,
  model: Module,
  shape: Shape,
  mode: PlanMode = 'exact',
): number {
  try {
    compile(model, shape, { backend, mode, memory: 1 });
  } catch (error) {
    if (error instanceof MemoryBudgetError) return error.neededBytes;
    throw error;
  }
  throw new Error('a byte was enough');
}

describe('plans within a budget', () => {
  let backend: WasmBackend;

  before(async () => {
    backend = await wasmBackend();
  });
  releaseAfterEachTest();

  it('computes chains of convolutions in bands of rows, with the bits of the eager ops', () => {
    let banded = 0;
    fc.assert(
      fc.property(chains, (chain) => {
        const mark = backend.mark();
        const model = chainOf(backend, chain);
        const shape = [1, 3, chain.height, chain.width];
        const x = image(shape);
        const memory = leastMemory(backend, model, shape);
        using plan = compile(model, shape, { backend, memory });
        if (inBands(plan)) banded++;
        assert(plan.predictedPeakBytes <= memory);
        const expected = noGrad(() => model.forward(Tensor.from(backend, x, shape)));
        for (let run = 0; run < 2; run++) {
          assertSameBits(plan.run(x), expected.data as Float32Array);
        }
        backend.release(mark);
      }),
      { seed: SEED, numRuns: 60 },
    );
    assert(banded > 15, `${String(banded)} were cut`);
  });

  it('computes bands in fast mode with the same bits if only the last layer is cut into tiles', () => {
    const deep = Array.from({ length: 3 }, () => CONV_3X3);
    for (const [model, shape, algorithms, error] of [
      [
        createNetwork(backend, { ...WIDE, geometry: 'same' }, { rng: createRng(4) }),
        [1, 3, 161, 170],
        ['direct', 'F(6×6,3×3)'],
        0,
      ],
      [
        chainOf(backend, { convolutions: deep, pooled: true, seed: 3 }),
        [1, 3, 131, 90],
        ['direct', 'F(6×6,3×3)', 'F(6×6,3×3)'],
        1e-5,
      ],
    ] as const) {
      const x = image(shape);
      using whole = compile(model, shape, { backend, mode: 'fast' });
      const memory = whole.predictedPeakBytes - 1;
      using bands = compile(model, shape, { backend, mode: 'fast', memory });
      assert(!bands.layers.some(({ reason }) => reason.includes('takes')));
      const inBands = bands.layers.filter(({ reason }) => reason === 'memory: bands of 48 rows');
      assert.deepEqual(
        inBands.map(({ algorithm }) => algorithm),
        algorithms,
      );
      const [got, expected] = [bands.run(x), whole.run(x)];
      const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      const worst = got.reduce((most, value, i) => {
        return Math.max(most, Math.abs(value - expected[i]));
      }, 0);
      assert(worst <= error * largest, `${String(worst)} of ${String(largest)}`);
    }
  });

  it('computes the largest map in bands without a budget if the layer that writes it takes little time', () => {
    for (const geometry of ['same', 'authors'] as const) {
      const widths = [32, 32, 32, 32, 32] as const;
      const spec: NetworkSpec = { ...WIDE, geometry, widths };
      const model = createNetwork(backend, spec, { rng: createRng(8) });
      const shape = [1, 3, 61, 50];
      for (const mode of MODES) {
        using plan = compile(model, shape, { backend, mode });
        const [first, second] = plan.layers;
        assert.deepEqual([first.name, first.reason], ['conv1_1', 'bands of 48 rows']);
        assert.deepEqual([second.name, second.reason], ['conv1_2', 'bands of 48 rows']);
        assert(first.sizeBytes === 0 && second.sizeBytes > 0);
        const rowBytes = 4 * 32 * first.shape[3];
        // Rows of the first map and, in exact mode, of the second before it is pooled.
        assert(second.workspaceBytes < 110 * rowBytes + 2 ** 20);
        if (mode === 'exact') assertSameBits(plan.run(image(shape)), eager(backend, model, shape));
      }
    }
  });

  it('keeps every budget down to the least, which the error names', async () => {
    for (const mode of MODES) {
      for (const { spec } of [{ spec: WIDE }, NETWORKS['FCN-32s of CaffeNet']]) {
        const fresh = await createWasmBackend({ capacityBytes: 2 ** 27 });
        const model = createNetwork(fresh, spec, { rng: createRng(5) });
        const shape = [1, 3, 70, 40];
        const before = fresh.arena.liveBytes();
        const [most, least] = [
          compile(model, shape, { backend: fresh, mode }),
          leastMemory(fresh, model, shape, mode),
        ];
        most.dispose();
        for (let share = 0; share <= 1; share += 0.5) {
          const memory = Math.ceil(least + share * (most.predictedPeakBytes - least));
          using plan = compile(model, shape, { backend: fresh, mode, memory });
          assert(plan.predictedPeakBytes <= memory);
          if (mode === 'exact') assertSameBits(plan.run(image(shape)), eager(fresh, model, shape));
        }
        assert.throws(
          () => compile(model, shape, { backend: fresh, mode, memory: least - 1 }),
          MemoryBudgetError,
        );
        assert.equal(fresh.arena.liveBytes(), before);
      }
    }
  });

  it('gives the reason for the algorithm of a layer', () => {
    const model = createNetwork(backend, WIDE, { rng: createRng(6) });
    const shape = [1, 3, 131, 90];
    const memory = leastMemory(backend, model, shape, 'fast');
    using plan = compile(model, shape, { backend, mode: 'fast', memory });
    const reasons = new Map(plan.layers.map(({ name, reason }) => [name, reason]));
    assert.match(reasons.get('conv1_2') ?? '', /^memory: bands of 48 rows$/);
    assert.match(reasons.get('conv4_1') ?? '', /^memory: F\(4×4,3×3\) takes [\d.]+ MB more$/);
  });

  it('predicts its memory within 2 %', async () => {
    for (const { spec } of [{ spec: WIDE }, NETWORKS['FCN-8s of SqueezeNet']]) {
      for (const mode of MODES) {
        for (const tight of [false, true]) {
          const fresh = await createWasmBackend({ capacityBytes: 2 ** 27 });
          const model = createNetwork(fresh, spec, { rng: createRng(7) });
          const shape = [1, 3, 120, 90];
          const before = fresh.arena.highWaterBytes;
          const memory = tight ? leastMemory(fresh, model, shape, mode) : Infinity;
          const plan = compile(model, shape, { backend: fresh, mode, memory });
          plan.run(image(shape));
          const taken = fresh.arena.highWaterBytes - before;
          assert(Math.abs(plan.predictedPeakBytes / taken - 1) <= 0.02, `${String(taken)} taken`);
        }
      }
    }
  });
});

function eager(backend: WasmBackend, model: Module, shape: Shape): Float32Array {
  const mark = backend.mark();
  try {
    const y = noGrad(() => model.forward(Tensor.from(backend, image(shape), shape)));
    return Float32Array.from(y.data as Float32Array);
  } finally {
    backend.release(mark);
  }
}
