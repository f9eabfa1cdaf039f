import {
  batchMoments,
  batchNorm2d,
  updateRunningStatistics,
  type ChannelStatistics,
} from '../ops/batch-norm2d.js';
import type { Tensor } from '../tensor/tensor.js';
import { constantFiller } from './init.js';
import type { Module } from './module.js';
import { makeParameter, type ParameterMaker } from './parameter.js';

/** Options of a {@link BatchNorm2d}. */
export interface BatchNorm2dLayerOptions {
  /** Channels of the input. */
  readonly channels: number;
  /** Added to the variance; default 1e-5. */
  readonly epsilon?: number;
  /** Share of the batch's statistics in the running ones; default 0.1. */
  readonly momentum?: number;
}

/**
 * Batch normalisation: by the statistics of the batch while training, and by running ones otherwise.
 * `[N, C, H, W]` to the same.
 */
export class BatchNorm2d implements Module {
  /** Factor of each channel, `[C]`. */
  readonly weight: Tensor;
  /** Summand of each channel, `[C]`. */
  readonly bias: Tensor;
  /** Running mean and variance of each channel, `[C]`. */
  readonly running: ChannelStatistics;
  readonly #options: BatchNorm2dLayerOptions;
  #training = false;

  constructor(maker: ParameterMaker, options: BatchNorm2dLayerOptions) {
    const shape = [options.channels];
    this.weight = makeParameter(maker, shape, constantFiller(1));
    this.bias = makeParameter(maker, shape, constantFiller(0));
    const mean = makeParameter(maker, shape, constantFiller(0));
    const variance = makeParameter(maker, shape, constantFiller(1));
    mean.requiresGrad = false;
    variance.requiresGrad = false;
    this.running = { mean, variance };
    this.#options = options;
  }

  forward(x: Tensor): Tensor {
    const { epsilon = 1e-5 } = this.#options;
    const affine = { weight: this.weight, bias: this.bias, epsilon };
    if (!this.#training) return batchNorm2d(x, this.running, affine);
    const batch = batchMoments(x);
    if (x.backend !== null) this.#learn(x, batch);
    return batchNorm2d(x, batch, { ...affine, training: true });
  }

  parameters(): ReadonlyMap<string, Tensor> {
    return new Map([
      ['weight', this.weight],
      ['bias', this.bias],
      ['running_mean', this.running.mean],
      ['running_var', this.running.variance],
    ]);
  }

  setTraining(training: boolean): void {
    this.#training = training;
  }

  #learn(x: Tensor, batch: ChannelStatistics): void {
    const [N, , H, W] = x.shape;
    updateRunningStatistics(this.running, batch, N * H * W, this.#options.momentum ?? 0.1);
  }
}
