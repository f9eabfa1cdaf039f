import assert from 'node:assert/strict';
import { createReferenceBackend } from '../../src/backend/reference/index.js';
import { FcnError } from '../../src/core/errors.js';
import { createSgd } from '../../src/optim/sgd.js';
import { conv2d } from '../../src/ops/conv2d.js';
import { Tensor } from '../../src/tensor/tensor.js';
import { fit, type FitOptions } from '../../src/train/fit.js';
import type { Batch, Trainee } from '../../src/train/step.js';

const BATCH: Batch = {
  ...{ size: 1, height: 1, width: 2 },
  input: Float32Array.of(1, 2, 3, 4, 5, 6),
  labels: Float32Array.of(0, 1),
};

/** A network of one 1×1 convolution. */
function makeTrainee(first = 0): Trainee {
  const backend = createReferenceBackend();
  const weight = Tensor.from(backend, [first, 0, 0, 0, 0, 0], [2, 3, 1, 1], { requiresGrad: true });
  const network = { forward: (x: Tensor) => conv2d(x, weight) };
  return { backend, network, optimizer: createSgd(new Map([['weight', weight]])) };
}

/** Runs `fit` and returns the reported steps and the requested checkpoints. */
async function run(change: Partial<FitOptions>, trainee = makeTrainee()) {
  const steps: number[] = [];
  const checkpoints: number[] = [];
  const finished = await fit(trainee, {
    ...{ start: 0, end: 10, checkpointEvery: 4 },
    rateAt: () => 0.01,
    batchesAt: () => [BATCH],
    onStep: ({ iteration }) => steps.push(iteration),
    checkpoint: (iteration) => {
      checkpoints.push(iteration);
      return Promise.resolve();
    },
    ...change,
  });
  return { finished, steps, checkpoints };
}

describe('fit', () => {
  it('does all steps, with a checkpoint every `checkpointEvery` steps', async () => {
    const { finished, steps, checkpoints } = await run({});
    assert.equal(finished, true);
    assert.deepEqual(steps, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    assert.deepEqual(checkpoints, [4, 8]);
    assert.deepEqual((await run({ end: 8 })).checkpoints, [4], 'none after the last step');
  });

  it('continues after the given number of steps', async () => {
    assert.deepEqual((await run({ start: 7 })).steps, [8, 9, 10]);
    assert.deepEqual((await run({ start: 10 })).steps, []);
  });

  it('finishes the step and writes a checkpoint when the signal is aborted', async () => {
    const controller = new AbortController();
    const { finished, checkpoints } = await run({
      signal: controller.signal,
      onStep: ({ iteration }) => {
        if (iteration === 3) controller.abort();
      },
    });
    assert.equal(finished, false);
    assert.deepEqual(checkpoints, [3]);
  });

  it('handles a signal from outside between steps', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 0);
    const { finished } = await run({ end: 1_000_000, signal: controller.signal });
    assert.equal(finished, false);
  });

  it('throws if the loss is not finite', async () => {
    await assert.rejects(run({}, makeTrainee(NaN)), FcnError);
  });
});
