import assert from 'node:assert/strict';
import { createWasmBackend } from '../../src/backend/wasm/index.js';
import type { Backend } from '../../src/backend/backend.js';
import { createRng } from '../../src/core/rng.js';
import { createNetwork } from '../../src/models/create-network.js';
import type { FcnNetwork } from '../../src/models/fcn.js';
import type { NetworkSpec } from '../../src/models/network-spec.js';
import { createAdam } from '../../src/optim/adam.js';
import { createSgd } from '../../src/optim/sgd.js';
import { makeBatch } from '../../src/train/batches.js';
import { evaluate } from '../../src/train/evaluate.js';
import { trainStep, type Batch } from '../../src/train/step.js';
import { wasmBackend } from '../support/backends.js';
import { assertClose } from '../support/close.js';
import { NARROW, PHOTOS, SIDE } from './tiny-run.js';

const INPUT = { order: 'rgb', mean: [40, 20, 40] } as const;
const CLASSES = 3;

function makeNetwork(backend: Backend, change: Partial<NetworkSpec> = {}): FcnNetwork {
  const spec = { ...NARROW, classes: CLASSES, variant: '8s', dropout: 0, ...change } as const;
  const network = createNetwork(backend, spec, { rng: createRng(11) });
  network.setTraining(true, createRng(12));
  return network;
}

function batchOf(...photos: readonly number[]): Batch {
  const augmentation = { crop: SIDE, scale: [1, 1] } as const;
  const samples = photos.map((photo) => PHOTOS[photo]);
  return makeBatch(samples, { input: INPUT, augmentation, rng: createRng(5) });
}

function snapshot(network: FcnNetwork): Map<string, Float32Array> {
  return new Map(
    [...network.parameters()].map(([name, { data }]) => [name, Float32Array.from(data)]),
  );
}

describe('trainStep', () => {
  it('has a loss of ln(classes) for zero scores, and changes only the score layers', async () => {
    const backend = await wasmBackend();
    const network = makeNetwork(backend);
    const before = snapshot(network);
    const optimizer = createSgd(network.parameters(), { momentum: 0.9 });
    const loss = trainStep({ backend, network, optimizer }, [batchOf(0, 1)], 0.1);
    // One float32 rounding of the loss.
    assert.ok(Math.abs(loss - Math.log(CLASSES)) < 1e-6);
    for (const [name, { data }] of network.parameters()) {
      const changed = data.some((value, i) => value !== before.get(name)?.[i]);
      // The gradient of the layers below a score layer is a product with its weights, which are zero.
      assert.equal(changed, name.startsWith('score_'), name);
    }
  });

  it('adds batches: the loss of two batches is the mean of their losses', async () => {
    const backend = await wasmBackend();
    const losses = [[batchOf(0)], [batchOf(1)], [batchOf(0), batchOf(1)]].map((batches) => {
      const network = makeNetwork(backend, { scoreInit: 'gaussian' });
      const optimizer = createSgd(network.parameters());
      return trainStep({ backend, network, optimizer }, batches, 0.1);
    });
    assert.equal(losses[2], (losses[0] + losses[1]) / 2);
  });

  it('updates by the mean of the gradients: the same batch twice moves as far as once', async () => {
    const backend = await wasmBackend();
    const [once, twice] = [[batchOf(0)], [batchOf(0), batchOf(0)]].map((batches) => {
      const network = makeNetwork(backend, { scoreInit: 'gaussian' });
      const before = snapshot(network).get('fc7.weight');
      trainStep({ backend, network, optimizer: createSgd(network.parameters()) }, batches, 0.1);
      const after = snapshot(network).get('fc7.weight');
      assert(before && after);
      return after.map((value, i) => value - before[i]);
    });
    assert(once.some((value) => value !== 0));
    // The weights round to float32 after the step, 2⁻²⁴ of numbers up to 1000 times the largest move.
    assertClose('moves', twice, once, 1e-3);
  });

  it('does not touch frozen parameters and gives them no gradient', async () => {
    const backend = await wasmBackend();
    const network = makeNetwork(backend, { scoreInit: 'gaussian' });
    const frozen = [...network.parameters()].filter(([name]) => name.startsWith('conv'));
    for (const [, parameter] of frozen) parameter.requiresGrad = false;
    const before = snapshot(network);
    const optimizer = createAdam(network.parameters());
    trainStep({ backend, network, optimizer }, [batchOf(0)], 0.1);
    for (const [name, parameter] of frozen) {
      assert.deepEqual(Float32Array.from(parameter.data), before.get(name));
      assert.equal(parameter.hasGrad, false);
    }
  });

  it('overfits a few photos', async () => {
    const backend = await wasmBackend();
    const network = makeNetwork(backend, { widths: [8, 8, 8, 8, 8], fc6Width: 16, fc7Width: 16 });
    const optimizer = createAdam(network.parameters());
    const first = trainStep({ backend, network, optimizer }, [batchOf(0, 1, 2, 3)], 0.005);
    let last = first;
    for (let step = 0; step < 300; step++) {
      last = trainStep({ backend, network, optimizer }, [batchOf(0, 1, 2, 3)], 0.005);
    }
    assert.ok(last < first / 10, `${String(first)} → ${String(last)}`);
    network.setTraining(false);
    const scored = { backend, network, input: INPUT, classes: CLASSES };
    const { meanIU } = (await evaluate(scored, PHOTOS.slice(0, 4))).scores();
    assert.ok(meanIU > 0.9, `mean IU ${String(meanIU)}`);
  });

  it('leaks nothing over 1,000 steps', async () => {
    const backend = await createWasmBackend({ capacityBytes: 64 * 2 ** 20 });
    const widths = [2, 2, 2, 2, 2];
    const network = makeNetwork(backend, { widths, fc6Width: 2, fc7Width: 2, dropout: 0.5 });
    const optimizer = createAdam(network.parameters());
    const batch = batchOf(0);
    const live: number[] = [];
    const peaks: number[] = [];
    for (let step = 0; step < 1000; step++) {
      trainStep({ backend, network, optimizer }, [batch], 0.001);
      live.push(backend.arena.liveBytes());
      peaks.push(backend.arena.highWaterBytes);
    }
    assert.deepEqual(new Set(live), new Set([live[0]]));
    assert.equal(peaks[999], peaks[1], 'the high-water mark after the second step and the last');
  });
});
