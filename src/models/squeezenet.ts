import { MaxPool2d } from '../nn/max-pool2d.js';
import type { NamedModule } from '../nn/module.js';
import type { ParameterMaker } from '../nn/parameter.js';
import { Fire } from './fire.js';
import type { CompleteSpec, Geometry } from './network-spec.js';
import { AUTHORS_PADDING, convRelu, fullyConnected, halfOf, type Trunk } from './trunk.js';

/** What differs between the two versions. */
interface Version {
  /** The first convolution. */
  readonly conv1: { readonly outChannels: number; readonly kernelSize: number };
  /** Fire modules after which the map is pooled; `conv1` always is. */
  readonly pooled: readonly number[];
  /** The deepest layer at stride 8. */
  readonly stride8: string;
}

/** Version 1.0, as published for ImageNet. */
export const SQUEEZENET_1_0: Version = {
  conv1: { outChannels: 96, kernelSize: 7 },
  pooled: [4, 8],
  stride8: 'fire8',
};

/** Version 1.1: the same accuracy, pooled earlier, for less work. */
const SQUEEZENET_1_1: Version = {
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

/** How the borders of a network's own layers are treated: `valid` as its authors trained it. */
export type SqueezenetBorders = Geometry | 'valid';

/**
 * The layers conv1 to fire9.
 *
 * As trained, neither conv1 nor a pooling pads (`valid`), and unit i of fire9 lies, in version 1.1,
 * over pixel 16·i + 15. In the `same` geometry conv1 and the poolings pad by half their
 * kernel, so unit i of a layer lies over pixel stride·i; inside the image every unit still computes
 * what it was trained to, of a picture shifted by a few pixels; only units that reach the border
 * see zeros where they saw none before.
 */
export function squeezenetFeatures(
  maker: ParameterMaker,
  version: Version,
  borders: SqueezenetBorders,
): NamedModule[] {
  const { outChannels, kernelSize } = version.conv1;
  const padding = { authors: AUTHORS_PADDING, same: halfOf(kernelSize), valid: 0 }[borders];
  const conv1 = { inChannels: 3, outChannels, kernelSize, stride: 2, padding };
  const layers: NamedModule[] = convRelu(maker, 'conv1', 'relu_conv1', conv1);
  layers.push(['pool1', pooling(borders)]);
  let inChannels = outChannels;
  FIRES.forEach(([squeeze, expand], i) => {
    const number = i + 2;
    layers.push([`fire${String(number)}`, new Fire(maker, inChannels, squeeze, expand)]);
    if (version.pooled.includes(number)) layers.push([`pool${String(number)}`, pooling(borders)]);
    inChannels = 2 * expand;
  });
  return layers;
}

/** Caffe's rounding up where nothing is padded, and down where padding has made up for it. */
function pooling(borders: SqueezenetBorders): MaxPool2d {
  const window = { kernelSize: 3, stride: 2 };
  return new MaxPool2d(
    borders === 'same'
      ? { ...window, padding: 1, rounding: 'floor' }
      : { ...window, padding: 0, rounding: 'ceil' },
  );
}

/**
 * SqueezeNet up to fire9 at stride 16, then one more pooling, so that strides 32, 16 and 8 mean what
 * they mean in the paper, and small convolutions in the place of fc6 and fc7.
 */
export function squeezenetTrunk(maker: ParameterMaker, spec: CompleteSpec): Trunk {
  const version = spec.trunk === 'squeezenet1_0' ? SQUEEZENET_1_0 : SQUEEZENET_1_1;
  return {
    layers: [
      ...squeezenetFeatures(maker, version, spec.geometry),
      ['pool9', pooling(spec.geometry)],
      ...fullyConnected(maker, spec, { inChannels: 512, kernelSize: 3 }),
    ],
    stride8: { layer: version.stride8, channels: version === SQUEEZENET_1_0 ? 512 : 256 },
    stride16: { layer: 'fire9', channels: 512 },
    stride32: { layer: 'drop7', channels: spec.fc7Width },
  };
}
