import { channelScale } from '../ops/channel-scale.js';
import type { Tensor } from '../tensor/tensor.js';
import { constantFiller } from './init.js';
import type { Module } from './module.js';
import { makeParameter, type ParameterMaker } from './parameter.js';

/** Options of a {@link ChannelScale}. */
export interface ChannelScaleOptions {
  /** Channels of the input. */
  readonly channels: number;
  /** Initial factor of every channel. */
  readonly factor: number;
  /** False for factors that stay as they are; default true. */
  readonly learned?: boolean;
}

/** One factor for each channel: Caffe's Scale layer without bias. `[N, C, …]` to the same. */
export class ChannelScale implements Module {
  /** `[C]`. */
  readonly weight: Tensor;

  constructor(maker: ParameterMaker, options: ChannelScaleOptions) {
    this.weight = makeParameter(maker, [options.channels], constantFiller(options.factor));
    this.weight.requiresGrad = options.learned ?? true;
  }

  forward(x: Tensor): Tensor {
    return channelScale(x, this.weight);
  }

  parameters(): ReadonlyMap<string, Tensor> {
    return new Map([['weight', this.weight]]);
  }
}
