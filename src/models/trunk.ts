import { Conv2d, type Conv2dOptions } from '../nn/conv2d.js';
import { Dropout } from '../nn/dropout.js';
import type { NamedModule } from '../nn/module.js';
import type { ParameterMaker } from '../nn/parameter.js';
import { Relu } from '../nn/relu.js';
import type { CompleteSpec } from './network-spec.js';

/** A layer of a trunk whose output a head may use. */
export interface Tap {
  /** Name of the layer. */
  readonly layer: string;
  /** Its channels. */
  readonly channels: number;
}

/** The convolutions of a classifier, up to what stands in the place of fc7. */
export interface Trunk {
  /** The layers in their order. */
  readonly layers: readonly NamedModule[];
  /** The layer that is scored at stride 8. */
  readonly stride8: Tap;
  /** The layer that is scored at stride 16. */
  readonly stride16: Tap;
  /** The last layer, at stride 32. */
  readonly stride32: Tap;
}

/** Padding of the first layer in the authors' geometry. */
export const AUTHORS_PADDING = 100;

/** Padding with which an odd kernel keeps the extent, at stride 1. */
export function halfOf(kernelSize: number): number {
  return Math.floor(kernelSize / 2);
}

/** A convolution and its rectifier. */
export function convRelu(
  maker: ParameterMaker,
  name: string,
  reluName: string,
  options: Conv2dOptions,
): NamedModule[] {
  return [
    [name, new Conv2d(maker, options)],
    [reluName, new Relu()],
  ];
}

/** How a trunk ends. */
export interface TrunkEnd {
  /** Channels before fc6. */
  readonly inChannels: number;
  /** Extent of fc6. */
  readonly kernelSize: number;
  /** What follows fc6 before its rectifier. */
  readonly between?: readonly NamedModule[];
}

/**
 * The fully connected layers of a classifier as convolutions: fc6, fc7, each with a rectifier and
 * dropout; before them, if the description says so, a 1×1 convolution to fewer channels.
 */
export function fullyConnected(
  maker: ParameterMaker,
  spec: CompleteSpec,
  { inChannels, kernelSize, between = [] }: TrunkEnd,
): NamedModule[] {
  const { fc6Squeeze, fc6Width, fc7Width, dropout: ratio } = spec;
  const padding = spec.geometry === 'same' ? halfOf(kernelSize) : 0;
  const squeeze = { inChannels, outChannels: fc6Squeeze, kernelSize: 1 };
  const fc6 = { inChannels: fc6Squeeze || inChannels, outChannels: fc6Width, kernelSize, padding };
  const fc7 = { inChannels: fc6Width, outChannels: fc7Width, kernelSize: 1 };
  return [
    ...(fc6Squeeze > 0 ? convRelu(maker, 'fc6_squeeze', 'relu6_squeeze', squeeze) : []),
    ['fc6', new Conv2d(maker, fc6)],
    ...between,
    ['relu6', new Relu()],
    ['drop6', new Dropout({ ratio })],
    ...convRelu(maker, 'fc7', 'relu7', fc7),
    ['drop7', new Dropout({ ratio })],
  ];
}
