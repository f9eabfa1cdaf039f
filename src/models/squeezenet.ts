import type { PoolingOptions } from './definition/layer.js';
import type { NetworkDefinition } from './definition/network-definition.js';
import { Fire } from './fire.js';
import {
  AUTHORS_PADDING,
  fullyConnected,
  halfOf,
  type Geometry,
  type Trunk,
  type TrunkOptions,
} from './paper/trunk.js';

/** Differences between the two versions. */
export interface SqueezenetVersion {
  /** The first convolution. */
  readonly conv1: { readonly outChannels: number; readonly kernelSize: number };
  /** Fire modules after which the map is pooled; `conv1` always is. */
  readonly pooled: readonly number[];
  /** The deepest layer at stride 8. */
  readonly stride8: string;
}

/** Version 1.0, as published for ImageNet. */
export const SQUEEZENET_1_0: SqueezenetVersion = {
  conv1: { outChannels: 96, kernelSize: 7 },
  pooled: [4, 8],
  stride8: 'fire8',
};

/** Version 1.1: the same accuracy, pooled earlier, for less work. */
export const SQUEEZENET_1_1: SqueezenetVersion = {
  conv1: { outChannels: 64, kernelSize: 3 },
  pooled: [3, 5],
  stride8: 'fire5',
};

/** Squeeze and expand channels of fire2 … fire9. */
const FIRES: readonly (readonly [squeeze: number, expand: number])[] = [
  [16, 64],
  [16, 64],
  [32, 128],
  [32, 128],
  [48, 192],
  [48, 192],
  [64, 256],
  [64, 256],
];

/** Treatment of the borders of the network's own layers: `valid` as its authors trained it. */
export type SqueezenetBorders = Geometry | 'valid';

/**
 * Writes the layers conv1 to fire9.
 *
 * As trained, neither conv1 nor a pooling pads (`valid`), and unit i of fire9 is, in version 1.1,
 * over pixel 16·i + 15. In the `same` geometry conv1 and the poolings pad by half their
 * kernel, so unit i of a layer is over pixel stride·i; inside the image every unit still computes
 * what it was trained to, of a picture shifted by a few pixels; only units that reach the border
 * see zeros where they saw none before.
 */
export function squeezenetFeatures(
  net: NetworkDefinition,
  image: string,
  version: SqueezenetVersion,
  borders: SqueezenetBorders,
): string {
  const { outChannels, kernelSize } = version.conv1;
  const padding = { authors: AUTHORS_PADDING, same: halfOf(kernelSize), valid: 0 }[borders];
  let value = net.convolution('conv1', image, outChannels, { kernelSize, stride: 2, padding });
  value = net.maxPool('pool1', net.relu('relu_conv1', value), pooling(borders));
  FIRES.forEach(([squeeze, expand], i) => {
    const number = i + 2;
    value = net.module(
      `fire${String(number)}`,
      value,
      (maker, channels) => new Fire(maker, channels, squeeze, expand),
    );
    if (version.pooled.includes(number)) {
      value = net.maxPool(`pool${String(number)}`, value, pooling(borders));
    }
  });
  return value;
}

/** Caffe's rounding up where nothing is padded, and down where padding has made up for it. */
function pooling(borders: SqueezenetBorders): PoolingOptions {
  const window = { kernelSize: 3, stride: 2 };
  return borders === 'same' ? { ...window, padding: 1, rounding: 'floor' } : window;
}

/**
 * Writes SqueezeNet up to fire9 at stride 16, then one more pooling, so that strides 32, 16 and 8 mean what
 * they mean in the paper, and small convolutions in the place of fc6 and fc7.
 */
export function squeezenet(
  net: NetworkDefinition,
  image: string,
  version: SqueezenetVersion,
  options: TrunkOptions,
): Trunk {
  const { geometry = 'authors' } = options;
  const fire9 = squeezenetFeatures(net, image, version, geometry);
  const pool9 = net.maxPool('pool9', fire9, pooling(geometry));
  return {
    stride8: version.stride8,
    stride16: fire9,
    stride32: fullyConnected(net, pool9, options, { kernelSize: 3 }),
  };
}
