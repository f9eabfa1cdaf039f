import type { NetworkSpec } from '../../src/models/network-spec.js';

/** A network of the paper, made narrow, and the extent of an image for it. */
export interface NarrowNetwork {
  readonly spec: NetworkSpec;
  readonly H: number;
  readonly W: number;
}

const NARROW = {
  widths: [4, 3, 4, 3, 4],
  fc6Width: 5,
  fc7Width: 6,
  classes: 3,
  scoreInit: 'gaussian',
} as const;

/** Real topologies: both geometries, both layouts of upsampling, LRN, groups, fire modules. */
export const NETWORKS: Readonly<Record<string, NarrowNetwork>> = {
  'FCN-8s of VGG16, pad 100': {
    spec: { ...NARROW, trunk: 'vgg16', variant: '8s', geometry: 'authors' },
    H: 34,
    W: 45,
  },
  'FCN-8s of VGG16, pad 1, learned at once': {
    spec: { ...NARROW, trunk: 'vgg16', variant: '8s-atonce', geometry: 'same' },
    H: 50,
    W: 37,
  },
  'FCN-8s of SqueezeNet': {
    spec: {
      trunk: 'squeezenet1_1',
      variant: '8s',
      geometry: 'same',
      classes: 3,
      scoreInit: 'gaussian',
      fc6Squeeze: 8,
      fc6Width: 8,
      fc7Width: 8,
      upsamplingLayout: 'grouped',
    },
    H: 33,
    W: 40,
  },
  'FCN-32s of CaffeNet': {
    spec: {
      ...NARROW,
      trunk: 'caffenet',
      widths: [4, 6, 4, 4, 6],
      variant: '32s',
      geometry: 'authors',
    },
    H: 40,
    W: 33,
  },
};
