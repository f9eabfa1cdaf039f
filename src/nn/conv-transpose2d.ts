import { checkOptions, FLAG, type OptionChecks } from '../core/check-options.js';
import { toPair, type Pair } from '../core/shape.js';
import type { ConvOptions } from '../ops/conv2d.js';
import { convTranspose2d } from '../ops/conv-transpose2d.js';
import type { Tensor } from '../tensor/tensor.js';
import { convOptionsOf, FILTER_OPTIONS, weightAndBias } from './conv2d.js';
import { bilinearFiller, constantFiller, type Filler } from './init.js';
import type { Module } from './module.js';
import { makeParameter, type ParameterMaker } from './parameter.js';

/** Options of a {@link ConvTranspose2d}. */
export interface ConvTranspose2dOptions extends ConvOptions {
  /** Channels of the input. */
  readonly inChannels: number;
  /** Channels of the output. */
  readonly outChannels: number;
  /** Extent of a filter. */
  readonly kernelSize: number | Pair;
  /** True for a bias; upsampling has none. */
  readonly bias?: boolean;
  /** Initial weight; default bilinear interpolation. */
  readonly fill?: Filler;
  /** False for interpolation that is not learned; default true. */
  readonly learned?: boolean;
}

const OPTIONS: OptionChecks<ConvTranspose2dOptions> = { ...FILTER_OPTIONS, learned: FLAG };

/** Learnable upsampling. Shapes as in the op {@link convTranspose2d}. */
export class ConvTranspose2d implements Module {
  /** `[inChannels, outChannels / groups, kH, kW]`. */
  readonly weight: Tensor;
  /** `[outChannels]`, or null. */
  readonly bias: Tensor | null;
  readonly #options: ConvOptions;

  constructor(maker: ParameterMaker, options: ConvTranspose2dOptions) {
    checkOptions('ConvTranspose2d', options, OPTIONS);
    const { inChannels, outChannels, kernelSize, groups = 1 } = options;
    const shape = [inChannels, outChannels / groups, ...toPair(kernelSize)];
    this.weight = makeParameter(maker, shape, options.fill ?? bilinearFiller);
    this.bias =
      options.bias === true ? makeParameter(maker, [outChannels], constantFiller(0)) : null;
    this.weight.requiresGrad = options.learned ?? true;
    this.#options = convOptionsOf(options);
  }

  forward(x: Tensor): Tensor {
    return convTranspose2d(x, this.weight, this.bias, this.#options);
  }

  parameters(): ReadonlyMap<string, Tensor> {
    return weightAndBias(this.weight, this.bias);
  }
}
