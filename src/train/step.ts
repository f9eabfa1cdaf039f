import { backward } from '../autograd/backward.js';
import type { Backend } from '../backend/backend.js';
import { IGNORE_LABEL } from '../data/image.js';
import type { Optimizer } from '../optim/optimizer.js';
import { softmaxCrossEntropy } from '../ops/softmax-cross-entropy.js';
import type { Module } from '../nn/module.js';
import { Tensor } from '../tensor/tensor.js';

/** Photos and their labels. */
export interface Batch {
  /** Number of photos. */
  readonly size: number;
  /** Height of each, in pixels. */
  readonly height: number;
  /** Width of each, in pixels. */
  readonly width: number;
  /** `[size, 3, height, width]`: input of the network. */
  readonly input: Float32Array;
  /** `[size, height, width]`: classes; 255 = ignored pixel. */
  readonly labels: Float32Array;
}

/** A network in training. */
export interface Trainee {
  /** Backend of network and optimiser. */
  readonly backend: Backend;
  /** Maps `[N, 3, H, W]` to scores `[N, classes, H, W]`. */
  readonly network: Pick<Module, 'forward'>;
  /** Optimiser of the network's parameters, created before the first step. */
  readonly optimizer: Optimizer;
}

/**
 * Runs one training step: scores, loss, gradients, update. The memory of a batch is freed before the
 * next one; only the parameters change.
 *
 * @param batches - Batches whose gradients are added; the update uses their mean.
 * @param rate - Learning rate.
 * @returns Mean loss over the batches, each per counted pixel.
 */
export function trainStep(trainee: Trainee, batches: readonly Batch[], rate: number): number {
  const { backend, optimizer } = trainee;
  optimizer.zeroGrad();
  let loss = 0;
  for (const batch of batches) {
    const mark = backend.mark();
    try {
      loss += addGradients(trainee, batch);
    } finally {
      backend.release(mark);
    }
  }
  optimizer.step(rate, batches.length);
  return loss / batches.length;
}

/** Adds the gradients of a batch to the parameters' gradients and returns its loss. */
function addGradients({ backend, network }: Trainee, batch: Batch): number {
  const { size, height, width } = batch;
  const scores = network.forward(Tensor.from(backend, batch.input, [size, 3, height, width]));
  const labels = Tensor.from(backend, batch.labels, [size, height, width]);
  const loss = softmaxCrossEntropy(scores, labels, {
    ignoreIndex: IGNORE_LABEL,
    normalization: 'valid',
  });
  backward(loss);
  return loss.item();
}
