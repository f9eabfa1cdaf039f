/** Layers of the paper's networks, each as its own network: the table of single layers. */
import { Conv2d, type Conv2dOptions } from '../../src/nn/conv2d.js';
import { ConvTranspose2d, type ConvTranspose2dOptions } from '../../src/nn/conv-transpose2d.js';
import { joinParameters, type Module } from '../../src/nn/module.js';
import type { ParameterMaker } from '../../src/nn/parameter.js';
import { fillFromSeed, type BenchNetwork } from './network.js';

interface Layer {
  readonly title: string;
  readonly size: number;
  readonly channels: number;
  /** Creates the layer; weights are filled in later, except those of an interpolation. */
  readonly make: (maker: ParameterMaker) => Module;
}

function conv(size: number, options: Conv2dOptions): Layer {
  const { inChannels, outChannels, kernelSize, dilation = 1 } = options;
  const window = `${String(kernelSize)}×${String(kernelSize)}`;
  const spread = dilation === 1 ? '' : `, dilated by ${String(dilation)},`;
  return {
    title: `${window}${spread} ${String(inChannels)}→${String(outChannels)} @${String(size)}`,
    size,
    channels: inChannels,
    make: (maker) => new Conv2d(maker, options),
  };
}

/** Bilinear upsampling of 21 classes, with a dense kernel for each pair of classes, as published. */
function upsampling(size: number, stride: number): Layer {
  const options: ConvTranspose2dOptions = {
    inChannels: 21,
    outChannels: 21,
    kernelSize: 2 * stride,
    stride,
  };
  return {
    title: `transposed k${String(2 * stride)} s${String(stride)}, 21 classes @${String(size)}`,
    size,
    channels: 21,
    make: (maker) => new ConvTranspose2d(maker, options),
  };
}

/** A 3×3 convolution that keeps extent and channels. */
function same3x3(size: number, channels: number): Layer {
  return conv(size, {
    inChannels: channels,
    outChannels: channels,
    kernelSize: 3,
    padding: 1,
  });
}

const LAYERS: Readonly<Record<string, Layer>> = {
  'conv3x3-64': same3x3(500, 64),
  'conv3x3-128': same3x3(250, 128),
  'conv3x3-256': same3x3(125, 256),
  'conv3x3-512': same3x3(62, 512),
  'conv3x3-512-small': same3x3(32, 512),
  fc6: conv(22, { inChannels: 512, outChannels: 4096, kernelSize: 7 }),
  fc7: conv(16, { inChannels: 4096, outChannels: 4096, kernelSize: 1 }),
  'conv1x1-1024': conv(63, { inChannels: 1024, outChannels: 256, kernelSize: 1 }),
  'conv3x3-512-dilated': conv(63, {
    ...{ inChannels: 512, outChannels: 512, kernelSize: 3, padding: 4, dilation: 4 },
  }),
  upscore2: upsampling(16, 2),
  upscore8: upsampling(70, 8),
  upscore: upsampling(16, 32),
};

/** Layers by name. */
export const LAYER_NETWORKS: Readonly<Record<string, BenchNetwork>> = Object.fromEntries(
  Object.entries(LAYERS).map(([name, { title, size, channels, make }]) => [
    `layer-${name}`,
    {
      title,
      size,
      inputShape: (extent) => [1, channels, extent, extent],
      build(backend) {
        const layer = make({ backend, rng: null });
        const named: Module = {
          forward: (x) => layer.forward(x),
          parameters: () => joinParameters([[name, layer]]),
        };
        if (backend) fillFromSeed(named, (key) => key.startsWith('upscore'));
        return named;
      },
    } satisfies BenchNetwork,
  ]),
);
