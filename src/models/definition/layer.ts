import type { ParameterMaker } from '../../nn/parameter.js';
import type { Module } from '../../nn/module.js';

/** Window of a convolution or a pooling. */
export interface Window {
  /** Extent of the square window. */
  readonly kernelSize: number;
  /** Pixels between two windows; default 1. */
  readonly stride?: number;
  /** Rows and columns added at every border; default 0. */
  readonly padding?: number;
}

/** Attributes of a convolution other than its filters. */
export interface ConvolutionOptions extends Window {
  /** Groups of channels; default 1. */
  readonly groups?: number;
  /** Initial weights; default msra. Caffe's own default is zero. */
  readonly fill?: 'msra' | 'zero' | 'gaussian';
  /** Multipliers of the learning rate; default `doubled-bias`. */
  readonly rates?: BiasRate;
}

/**
 * Multipliers of rate and decay for weights and biases: `doubled-bias` is (1, 1) and (2, 0), as in all of the
 * paper's networks but one; `plain` is Caffe's default, (1, 1) for both.
 */
export type BiasRate = 'doubled-bias' | 'plain';

/** Attributes of an upsampling other than its channels. */
export interface UpsamplingOptions {
  /** True if the weights are learned; the published files freeze them. Default: false. */
  readonly learned?: boolean;
  /** Groups of channels; default 1, a kernel for each pair of classes. */
  readonly groups?: number;
}

/** Attributes of a pooling. */
export interface PoolingOptions extends Window {
  /** Rounding of the output's extent; default `ceil`, as in Caffe. */
  readonly rounding?: 'ceil' | 'floor';
}

/** Attributes of every operation, by its kind. */
interface Operations {
  input: { readonly value: string; readonly channels: number };
  /** Input with a class for each pixel; only training reads it. */
  labels: { readonly value: string };
  convolution: { readonly filters: number; readonly options: ConvolutionOptions };
  upsampling: {
    readonly channels: number;
    readonly window: Window;
    readonly options: UpsamplingOptions;
  };
  maxPool: { readonly options: PoolingOptions };
  relu: object;
  dropout: { readonly ratio: number };
  /** Local response normalisation across channels, with the constants of AlexNet. */
  lrn: object;
  /** One fixed factor for all channels. */
  scale: { readonly factor: number };
  concat: object;
  sum: { readonly coefficients: readonly number[] };
  /** Cuts the first input to the extent of the second. */
  crop: { readonly offset: number };
  /** Cuts both inputs to the pixels that both have; `offset` is where the first begins in the second. */
  overlap: { readonly offset: number };
  /** Softmax loss of scores against labels; only training computes it. */
  loss: { readonly normalize: boolean };
  /** Layer without a counterpart in Caffe. */
  module: { readonly make: (maker: ParameterMaker, channels: number) => Module };
}

/** Kind of an operation. */
export type Kind = keyof Operations;

/** Operation of one of some kinds, with its attributes. */
export type OperationOf<K extends Kind> = {
  [P in K]: { readonly kind: P } & Operations[P];
}[K];

/** Name and ends of a layer. */
interface Ends {
  /** Name of the layer, and prefix of its parameters' names. */
  readonly name: string;
  /** Values that it reads. */
  readonly inputs: readonly string[];
  /** Values that it writes: one value named after the layer, except for inputs and `overlap`. */
  readonly outputs: readonly string[];
  /** Channels of its first input; 0 for an input. */
  readonly inChannels: number;
}

/** Layer of one of some kinds. */
export type LayerOf<K extends Kind> = {
  [P in K]: { readonly kind: P } & Operations[P] & Ends;
}[K];

/** One layer of a definition. */
export type DefinedLayer = LayerOf<Kind>;
