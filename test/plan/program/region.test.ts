import assert from 'node:assert/strict';
import fc from 'fast-check';
import { noGrad } from '../../../src/autograd/no-grad.js';
import { createWasmBackend, type WasmBackend } from '../../../src/backend/wasm/index.js';
import { createRng, type Rng } from '../../../src/core/rng.js';
import { numel, type Shape } from '../../../src/core/shape.js';
import { createNetwork } from '../../../src/models/create-network.js';
import type { NetworkSpec } from '../../../src/models/network-spec.js';
import type { Module } from '../../../src/nn/module.js';
import { compile } from '../../../src/plan/compile.js';
import type { Plan } from '../../../src/plan/plan.js';
import type { PlanMode } from '../../../src/plan/layers/plan-mode.js';
import { Tensor } from '../../../src/tensor/tensor.js';
import { SEED } from '../../support/arbitraries.js';
import { releaseAfterEachTest, wasmBackend } from '../../support/backends.js';
import { assertSameBits } from '../../support/close.js';
import { NETWORKS } from '../networks.js';
import { RandomNetwork } from '../random-network.js';
import { PaddedStack, stackCases } from './padded-stack.js';
import { paddedCases } from './padded-cases.js';

const MODES: readonly PlanMode[] = ['exact', 'fast'];

/** FCN-8s with padding 100, wide enough for Winograd. */
const FCN8S: NetworkSpec = {
  ...{ trunk: 'vgg16', variant: '8s', geometry: 'authors', classes: 3, scoreInit: 'gaussian' },
  ...{ widths: [16, 16, 16, 24, 16], fc6Width: 24, fc7Width: 16 },
};

function imageOf(rng: Rng, shape: Shape): Float32Array {
  return Float32Array.from({ length: numel(shape) }, () => 50 * rng.normal());
}

/** An image in which some numbers are none. */
function damaged(rng: Rng, shape: Shape): Float32Array {
  const numbers = imageOf(rng, shape);
  for (const value of [NaN, Infinity, -Infinity, -0]) numbers[rng.integer(numbers.length)] = value;
  return numbers;
}

describe('compile with a region', () => {
  let backend: WasmBackend;

  before(async () => {
    backend = await wasmBackend();
  });
  releaseAfterEachTest();

  /** Runs plans with and without a region on several images; true if there is one. */
  function compare(model: Module, shape: Shape, mode: PlanMode, rng: Rng): boolean {
    using plan = compile(model, shape, { backend, mode });
    using without = compile(model, shape, { backend, mode, region: false });
    const images = [imageOf(rng, shape), damaged(rng, shape), imageOf(rng, shape)];
    for (const image of images) assertSameBits(mode, plan.run(image), without.run(image));
    return hasRegion(plan);
  }

  it('gives the bits of the eager ops for random networks, image after image', () => {
    let regions = 0;
    fc.assert(
      fc.property(paddedCases, (network) => {
        const model = new RandomNetwork(backend, network);
        const { inputShape } = model;
        using plan = compile(model, inputShape, { backend });
        const rng = network.rng();
        for (let run = 0; run < 3; run++) {
          const x = imageOf(rng, inputShape);
          const inner = backend.mark();
          const expected = noGrad(() => model.forward(Tensor.from(backend, x, inputShape)));
          assertSameBits('result', plan.run(x), Float32Array.from(expected.data));
          backend.release(inner);
        }
        if (hasRegion(plan)) regions++;
        for (const tensor of model.parameters().values()) tensor.free();
      }),
      { seed: SEED, numRuns: 60 },
    );
    assert(regions > 30, `only ${String(regions)} of 60 networks have a region`);
  });

  it('changes no bit of random networks, for first and later images, in both modes', () => {
    const regions = { exact: 0, fast: 0 };
    fc.assert(
      fc.property(stackCases, (stack) => {
        const model = new PaddedStack(backend, stack);
        for (const mode of MODES) {
          if (compare(model, model.inputShape, mode, stack.rng())) regions[mode]++;
        }
        for (const tensor of model.parameters().values()) tensor.free();
      }),
      { seed: SEED, numRuns: 25 },
    );
    assert(Math.min(regions.exact, regions.fast) > 12, JSON.stringify(regions));
  });

  for (const mode of MODES) {
    it(`changes no bit of FCN-8s at any size, ${mode}`, () => {
      const rng = createRng(20);
      const model = createNetwork(backend, FCN8S, { rng });
      for (const [H, W] of [
        [1, 1],
        [2, 1],
        [3, 5],
        [33, 47],
        [100, 80],
      ]) {
        // prettier-ignore
        assert(compare(model, [1, 3, H, W], mode, rng), `${String(H)}×${String(W)}`);
      }
    });
  }

  it('changes no bit of a network whose layers read whole maps', () => {
    const rng = createRng(21);
    const { spec, H, W } = NETWORKS['FCN-32s of CaffeNet'];
    const model = createNetwork(backend, spec, { rng });
    for (const mode of MODES) assert(compare(model, [1, 3, H, W], mode, rng));
  });

  it('takes the images of a batch one after another', () => {
    const rng = createRng(22);
    const { spec } = NETWORKS['FCN-8s of VGG16, pad 100'];
    const model = createNetwork(backend, spec, { rng });
    for (const mode of MODES) assert(compare(model, [3, 3, 2, 3], mode, rng));
  });

  it('has no region where layers keep the size', () => {
    const model = createNetwork(backend, { ...FCN8S, geometry: 'same' }, { rng: createRng(23) });
    for (const mode of MODES) {
      using plan = compile(model, [1, 3, 60, 70], { backend, mode });
      using without = compile(model, [1, 3, 60, 70], { backend, mode, region: false });
      assert(!hasRegion(plan));
      assert.deepEqual([plan.hash, plan.layers], [without.hash, without.layers]);
    }
  });

  it('describes the parts that it computes, and takes the predicted memory', async () => {
    for (const mode of MODES) {
      const fresh = await createWasmBackend({ capacityBytes: 128 * 2 ** 20 });
      const model = createNetwork(fresh, FCN8S, { rng: createRng(24) });
      const { highWaterBytes } = fresh.arena;
      const live = fresh.arena.liveBytes();
      const plan = compile(model, [1, 3, 100, 80], { backend: fresh, mode });
      const image = imageOf(createRng(25), plan.inputShape);
      plan.run(image);
      assert.equal(plan.predictedPeakBytes, fresh.arena.highWaterBytes - highWaterBytes);
      const before = { own: plan.ownBytes, live: fresh.arena.liveBytes() };
      for (let run = 0; run < 2; run++) plan.run(image);
      assert.equal(plan.predictedPeakBytes, fresh.arena.highWaterBytes - highWaterBytes);
      assert(plan.ownBytes < before.own / 2, 'later images need less memory');
      assert.equal(before.own - plan.ownBytes, before.live - fresh.arena.liveBytes());

      const [first] = plan.layers;
      assert(first.region !== null);
      const { rows, columns, macs, sizeBytes } = first.region;
      // Windows of 3 reach the image from 2 positions before its first pixel, which is at 100. In exact mode
      // the layer is computed in bands with the next one, which reads one position more around pairs of rows.
      const [start, rowsEnd, columnsEnd] = mode === 'exact' ? [95, 203, 183] : [98, 200, 180];
      assert.deepEqual([rows, columns], [[start, rowsEnd], [start, columnsEnd]]); // prettier-ignore
      assert.equal(macs, (rowsEnd - start) * (columnsEnd - start) * 27 * 16);
      assert.equal(first.macs, 298 * 278 * 27 * 16);
      assert(mode === 'exact' ? sizeBytes === 0 : sizeBytes < first.sizeBytes / 4);
      plan.dispose();
      assert.equal(fresh.arena.liveBytes(), live);
    }
  });

  it('keeps its memory if a mark between two images is released', () => {
    const rng = createRng(27);
    const { spec } = NETWORKS['FCN-8s of VGG16, pad 100'];
    const model = createNetwork(backend, spec, { rng });
    using plan = compile(model, [1, 3, 8, 9], { backend });
    const image = imageOf(rng, plan.inputShape);
    const expected = plan.run(image);
    const between = backend.mark();
    plan.run(image);
    backend.release(between);
    backend.alloc(2 ** 20).fill(NaN);
    assertSameBits('later image', plan.run(image), expected);
  });

  it('keeps its rings when the weights of the network change', () => {
    const rng = createRng(26);
    const model = createNetwork(backend, FCN8S, { rng });
    const shape = [1, 3, 20, 20];
    const image = imageOf(rng, shape);
    using old = compile(model, shape, { backend });
    const before = old.run(image);
    for (const { data } of model.parameters().values()) data.set(data.map((value) => 0.5 * value));
    assertSameBits('old weights', old.run(image), before);
    using fresh = compile(model, shape, { backend });
    using without = compile(model, shape, { backend, region: false });
    const expected = without.run(image);
    for (let run = 0; run < 2; run++) assertSameBits('new weights', fresh.run(image), expected);
  });
});

function hasRegion({ layers }: Plan): boolean {
  return layers.some(({ region }) => region !== null);
}
