import type { Module } from '../../nn/module.js';
import { crop } from '../../ops/crop.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { NetworkDefinition } from '../definition/network-definition.js';
import {
  AUTHORS_PADDING,
  fullyConnected,
  halfOf,
  publishedWidth,
  type Trunk,
  type TrunkOptions,
} from './trunk.js';

/** The five convolutions. */
export const CAFFENET_CONVOLUTIONS: readonly {
  readonly filters: number;
  readonly kernelSize: number;
  readonly stride?: number;
  readonly groups?: number;
}[] = [
  { filters: 96, kernelSize: 11, stride: 4 },
  { filters: 256, kernelSize: 5, groups: 2 },
  { filters: 384, kernelSize: 3 },
  { filters: 384, kernelSize: 3, groups: 2 },
  { filters: 256, kernelSize: 3, groups: 2 },
];

/** Convolutions after which the map is pooled. */
const POOLED = [1, 2, 5];

/** Convolutions after which the pooled map is normalised. */
const NORMALISED = [1, 2];

/**
 * Writes CaffeNet, the AlexNet of Caffe: pooling before normalisation; then fc6 (6×6) and fc7 (1×1). Its biases learn
 * as fast as its weights.
 *
 * In the `same` geometry an even kernel cannot keep the extent: fc6, padded by 3, gives one row and
 * column too many, and {@link DropFirst} removes the first ones, which saw the most padding.
 *
 * @see Krizhevsky, Sutskever, Hinton, "ImageNet Classification with Deep CNNs"; Caffe's bvlc_reference_caffenet; names
 *   and order as in the authors' FCN-AlexNet.
 */
export function caffeNet(net: NetworkDefinition, image: string, options: TrunkOptions = {}): Trunk {
  const { width = publishedWidth, geometry = 'authors' } = options;
  const window = { kernelSize: 3, stride: 2 };
  const pooling =
    geometry === 'same' ? ({ ...window, padding: 1, rounding: 'floor' } as const) : window;
  let value = image;
  CAFFENET_CONVOLUTIONS.forEach(({ filters, ...convolution }, i) => {
    const number = String(i + 1);
    const isPadded = i === 0 && geometry === 'authors';
    const padding = isPadded ? AUTHORS_PADDING : halfOf(convolution.kernelSize);
    const channels = width(filters, `conv${number}`);
    const attributes = { ...convolution, padding, rates: 'plain' } as const;
    value = net.convolution(`conv${number}`, value, channels, attributes);
    value = net.relu(`relu${number}`, value);
    if (POOLED.includes(i + 1)) value = net.maxPool(`pool${number}`, value, pooling);
    if (NORMALISED.includes(i + 1)) value = net.lrn(`norm${number}`, value);
  });
  const trim = (from: string): string => net.module('fc6c', from, () => new DropFirst());
  return {
    stride8: 'relu2',
    stride16: 'relu5',
    stride32: fullyConnected(net, value, options, {
      kernelSize: 6,
      rates: 'plain',
      ...(geometry === 'same' ? { trim } : {}),
    }),
  };
}

/** Cuts off the first row and column: `[N, C, H, W]` to `[N, C, H − 1, W − 1]`. */
class DropFirst implements Module {
  forward(x: Tensor): Tensor {
    return crop(x, [1, 1], [x.shape[2] - 1, x.shape[3] - 1]);
  }

  parameters(): ReadonlyMap<string, Tensor> {
    return new Map();
  }
}
