import assert from 'node:assert/strict';
import fc from 'fast-check';
import { noGrad } from '../../../src/autograd/no-grad.js';
import type { WasmBackend } from '../../../src/backend/wasm/index.js';
import { createRng, type Rng } from '../../../src/core/rng.js';
import { numel, type Shape } from '../../../src/core/shape.js';
import { trace } from '../../../src/graph/trace.js';
import { createNetwork } from '../../../src/models/create-network.js';
import type { NetworkSpec } from '../../../src/models/network-spec.js';
import type { Module } from '../../../src/nn/module.js';
import { add } from '../../../src/ops/add.js';
import { concat } from '../../../src/ops/concat.js';
import { convTranspose2d } from '../../../src/ops/conv-transpose2d.js';
import { conv2d } from '../../../src/ops/conv2d.js';
import { crop } from '../../../src/ops/crop.js';
import { maxPool2d } from '../../../src/ops/max-pool2d.js';
import { chooseAlgorithm } from '../../../src/plan/algorithms/choose-algorithm.js';
import { macsOf } from '../../../src/plan/layers/macs.js';
import { wholeOf, type LayerList, type PlanValue } from '../../../src/plan/layers/layers.js';
import { lower } from '../../../src/plan/layers/lower.js';
import { PASSES } from '../../../src/plan/layers/passes/index.js';
import { areaOf, hullOf, NOWHERE, rectAt, type Rect } from '../../../src/core/rect.js';
import { findRegion } from '../../../src/plan/program/find-region.js';
import type { Unit } from '../../../src/plan/algorithms/algorithm.js';
import { Tensor } from '../../../src/tensor/tensor.js';
import { normals, SEED } from '../../support/arbitraries.js';
import { reference32, wasmBackend } from '../../support/backends.js';
import { interpretAll } from '../interpret.js';
import { smallNetwork } from '../layers/passes/small-plan.js';
import { RandomNetwork } from '../random-network.js';
import { paddedCases } from './padded-cases.js';

const FCN8S = { trunk: 'vgg16', variant: '8s', classes: 21 } as const;

describe('the region', () => {
  let backend: WasmBackend;

  before(async () => {
    backend = await wasmBackend();
  });

  /** Returns the layers of a network; with `fused`, those of an exact plan. */
  function layersOf(model: Module, shape: Shape, fused = true): Unit[] {
    return units(listOf(model, shape, fused));
  }

  function listOf(model: Module, shape: Shape, fused = true): LayerList {
    let list = lower(trace(model, shape), model.parameters());
    for (const { exact, name, run } of PASSES) {
      if (exact && (fused || name !== 'fuse-pool')) list = run(list);
    }
    return list;
  }

  function units({ layers }: LayerList): Unit[] {
    return layers.map((layer) => ({ layer, algorithm: chooseAlgorithm(layer, 'exact', backend) }));
  }

  it('has every pixel that differs between two images, of every layer of random networks', () => {
    let smaller = 0;
    fc.assert(
      fc.property(paddedCases, (network) => {
        const model = new RandomNetwork(reference32, network);
        const list = listOf(model, model.inputShape);
        const layers = units(list);
        const rng = network.rng();
        const [a, b] = [0, 1].map(() => imageOf(rng, model.inputShape));
        const [ofA, ofB] = [a, b].map((image) => noGrad(() => interpretAll(list, [image])));
        list.layers.forEach(({ name, output }, i) => {
          const found = changingOf(layers.slice(0, i + 1));
          const differing = differenceOf(ofA, ofB, output);
          assert.deepEqual(hullOf(found, differing), found, name);
          if (areaOf(found) < areaOf(wholeOf(output))) smaller++;
        });
      }),
      { seed: SEED, numRuns: 30 },
    );
    assert(smaller > 50, `only ${String(smaller)} layers have a constant part`);
  });

  it('has no other pixels if no difference is hidden', () => {
    const { model, list } = smallNetwork((x, weight) => {
      // Positive weights, so that brighter images give larger numbers, which win in every window.
      const wide = conv2d(x, weight('v', 2, 2, 3, 3), undefined, { stride: 2, padding: [9, 7] });
      const pooled = maxPool2d(wide, { kernelSize: 3, stride: 2, padding: 1 });
      const up = convTranspose2d(pooled, weight('v4', 2, 2, 4, 4), undefined, { stride: 2 });
      const cut = crop(wide, [1, 2], [8, 7]);
      return concat([cut, add(crop(up, [0, 1], [8, 7]), cut)]);
    });
    const layers = units(list);
    const dark = imageOf(createRng(1), [1, 2, 6, 6]);
    const bright = Tensor.from(reference32, dark.data.map((value) => value + 100), dark.shape); // prettier-ignore
    assert.equal(model.parameters().size, 2);
    const [ofDark, ofBright] = [dark, bright].map((image) =>
      noGrad(() => interpretAll(list, [image])),
    );
    list.layers.forEach(({ name, output }, i) => {
      const found = changingOf(layers.slice(0, i + 1));
      assert.deepEqual(differenceOf(ofDark, ofBright, output), found, name);
      assert(areaOf(found) < areaOf(wholeOf(output)), name);
    });
  });

  it('has the size that was computed by hand for FCN-8s with padding 100', () => {
    // Products with sums in units of 1e9; transposed convolutions count as a whole.
    for (const { size, all, region } of [
      { size: 500, all: 181.53, region: 125.24 },
      { size: 256, all: 73.55, region: 39.16 },
    ]) {
      const spec: NetworkSpec = { ...FCN8S, geometry: 'authors' };
      const layers = layersOf(createNetwork(null, spec), [1, 3, size, size], false);
      assert.equal(gigaMacs(layers, new Map()), all);
      const [{ layer }] = layers.slice(-2);
      const { computed } = findRegion(layers, new Map([[layer.output, wholeOf(layer.output)]]));
      assert.equal(gigaMacs(layers, computed), region);
    }
  });

  it('is the whole map if layers keep the size', () => {
    const model = createNetwork(null, { ...FCN8S, geometry: 'same' });
    const layers = layersOf(model, [1, 3, 100, 90]);
    const { output } = layers[layers.length - 1].layer;
    const { computed, first } = findRegion(layers, new Map([[output, wholeOf(output)]]));
    for (const [value, rect] of computed) assert.deepEqual(rect, first.get(value)?.kept);
  });

  it('excludes pixels that a crop removes', () => {
    const model = createNetwork(null, { ...FCN8S, geometry: 'authors' });
    const layers = layersOf(model, [1, 3, 500, 500]);
    const { output } = layers[layers.length - 1].layer;
    const { computed, first } = findRegion(layers, new Map([[output, wholeOf(output)]]));
    const rowsOf = (name: string): Rect['rows'] | undefined =>
      computed.get(layers.find(({ layer }) => layer.name === name)?.layer.output ?? output)?.rows;
    // The crop starts at 31: stride 8 makes that 24; it needs row 2 of the map before.
    assert.deepEqual(rowsOf('upscore8'), { start: 24, end: 536 });
    assert.deepEqual(rowsOf('score_pool3'), { start: 11, end: 76 });
    assert.deepEqual(rowsOf('conv1_1'), { start: 98, end: 600 });
    for (const [value, rect] of computed) {
      const kept = first.get(value)?.kept ?? NOWHERE;
      assert.deepEqual(hullOf(kept, rect), kept, value.name);
    }
  });
});

/** Finds the region if the whole output of the last layer is wanted. */
function changingOf(layers: readonly Unit[]): Rect {
  const { output } = layers[layers.length - 1].layer;
  const { computed } = findRegion(layers, new Map([[output, wholeOf(output)]]));
  return computed.get(output) ?? NOWHERE;
}

function imageOf(rng: Rng, shape: Shape): Tensor {
  return Tensor.from(reference32, normals(rng, numel(shape)), shape);
}

/** The smallest rectangle of pixels in which two maps differ. */
function differenceOf(
  a: ReadonlyMap<PlanValue, Tensor>,
  b: ReadonlyMap<PlanValue, Tensor>,
  value: PlanValue,
): Rect {
  const [, , H, W] = value.shape;
  const [ofA, ofB] = [a, b].map((values) => Array.from(values.get(value)?.data ?? []));
  assert.equal(ofA.length, numel(value.shape));
  let hull = NOWHERE;
  ofA.forEach((number, i) => {
    if (Object.is(number, ofB[i])) return;
    const pixel = i % (H * W);
    hull = hullOf(hull, rectAt([Math.floor(pixel / W), pixel % W], [1, 1]));
  });
  return hull;
}

/** Sum over the layers, in 1e9, rounded to hundredths; of convolutions, of a part of their output. */
function gigaMacs(layers: readonly Unit[], parts: ReadonlyMap<PlanValue, Rect>): number {
  const sum = layers.reduce((total, { layer }) => {
    const whole = wholeOf(layer.output);
    const part = layer.kind === 'conv' ? (parts.get(layer.output) ?? whole) : whole;
    return total + (macsOf(layer) * areaOf(part)) / areaOf(whole);
  }, 0);
  return Math.round(sum / 1e7) / 100;
}
