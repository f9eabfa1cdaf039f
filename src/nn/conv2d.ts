import {
  CHECKED_LATER,
  checkOptions,
  FLAG,
  FUNCTION,
  OBJECT,
  wholeNumber,
  type OptionChecks,
} from '../core/check-options.js';
import { toPair, type Pair } from '../core/shape.js';
import { conv2d, type ConvOptions } from '../ops/conv2d.js';
import type { Tensor } from '../tensor/tensor.js';
import { constantFiller, msraFiller, orZero, type Filler } from './init.js';
import type { Module } from './module.js';
import { makeParameter, type ParameterMaker } from './parameter.js';

/** Options of a {@link Conv2d}. */
export interface Conv2dOptions extends ConvOptions {
  /** Channels of the input. */
  readonly inChannels: number;
  /** Filters. */
  readonly outChannels: number;
  /** Extent of a filter. */
  readonly kernelSize: number | Pair;
  /** False for no bias. */
  readonly bias?: boolean;
  /** Initial weight; default msra if an RNG is given, otherwise 0. */
  readonly fill?: Filler;
  /** Parameters to use instead of new ones. */
  readonly existing?: WeightAndBias;
}

/** Parameters of a layer with filters. */
export interface WeightAndBias {
  /** The filters. */
  readonly weight: Tensor;
  /** Bias of each output channel, or null. */
  readonly bias: Tensor | null;
}

/** Checks of the options that layers with filters share. */
export const FILTER_OPTIONS: OptionChecks<
  ConvOptions & Pick<Conv2dOptions, 'inChannels' | 'outChannels' | 'kernelSize' | 'bias' | 'fill'>
> = {
  inChannels: wholeNumber(0),
  outChannels: wholeNumber(0),
  kernelSize: CHECKED_LATER,
  stride: CHECKED_LATER,
  padding: CHECKED_LATER,
  dilation: CHECKED_LATER,
  groups: CHECKED_LATER,
  bias: FLAG,
  fill: FUNCTION,
};

const OPTIONS: OptionChecks<Conv2dOptions> = { ...FILTER_OPTIONS, existing: OBJECT };

/** A bank of learned filters. Shapes as in the op {@link conv2d}. */
export class Conv2d implements Module {
  /** `[outChannels, inChannels / groups, kH, kW]`. */
  readonly weight: Tensor;
  /** `[outChannels]`, or null. */
  readonly bias: Tensor | null;
  readonly #options: ConvOptions;

  constructor(maker: ParameterMaker, options: Conv2dOptions) {
    checkOptions('Conv2d', options, OPTIONS);
    const { inChannels, outChannels, kernelSize, groups = 1 } = options;
    const shape = [outChannels, inChannels / groups, ...toPair(kernelSize)];
    const { weight, bias } = options.existing ?? {
      weight: makeParameter(maker, shape, options.fill ?? orZero(msraFiller())),
      bias: options.bias === false ? null : makeParameter(maker, [outChannels], constantFiller(0)),
    };
    this.weight = weight;
    this.bias = bias;
    this.#options = convOptionsOf(options);
  }

  forward(x: Tensor): Tensor {
    return conv2d(x, this.weight, this.bias, this.#options);
  }

  parameters(): ReadonlyMap<string, Tensor> {
    return weightAndBias(this.weight, this.bias);
  }
}

/** The options of the op among those of a layer. */
export function convOptionsOf({
  stride = 1,
  padding = 0,
  dilation = 1,
  groups = 1,
}: ConvOptions): ConvOptions {
  return { stride, padding, dilation, groups };
}

/** The parameters of a layer with a weight and perhaps a bias, by name. */
export function weightAndBias(weight: Tensor, bias: Tensor | null): Map<string, Tensor> {
  const parameters = new Map([['weight', weight]]);
  if (bias !== null) parameters.set('bias', bias);
  return parameters;
}
