import { createNetwork } from '../../src/models/create-network.js';
import { createFcnResnet } from '../../src/models/fcn-resnet.js';
import type { NetworkSpec } from '../../src/models/network-spec.js';
import { LAYER_NETWORKS } from './layers.js';
import { fillFromSeed, type BenchNetwork } from './network.js';

/** Extent of photos that is asked for most often. */
const USUAL_SIZE = 500;

function network(title: string, make: BenchNetwork['build']): BenchNetwork {
  return {
    title,
    size: USUAL_SIZE,
    inputShape: (extent) => [1, 3, extent, extent],
    build(backend) {
      const made = make(backend);
      if (backend) fillFromSeed(made, (name) => name.startsWith('upscore'));
      return made;
    },
  };
}

function fcn(title: string, spec: NetworkSpec): BenchNetwork {
  return network(title, (backend) => createNetwork(backend, spec));
}

/** The whole networks, by the names of their commands. */
export const NETWORKS: Readonly<Record<string, BenchNetwork>> = {
  fcn8s: fcn('FCN-8s VGG16, padding 100, 21 classes', {
    ...{ trunk: 'vgg16', variant: '8s', classes: 21, geometry: 'authors' },
  }),
  'fcn-resnet50': network('fcn_resnet50, 21 classes', (backend) =>
    createFcnResnet(backend, { depth: 50, auxiliary: false }),
  ),
  'fcn8s-squeezenet': fcn('FCN-8s SqueezeNet 1.1, 21 classes', {
    ...{ trunk: 'squeezenet1_1', variant: '8s', classes: 21, geometry: 'same' },
  }),
};

/**
 * The network or layer of a name.
 *
 * @throws Error that lists the names there are.
 */
export function networkNamed(name: string): BenchNetwork {
  const all = { ...NETWORKS, ...LAYER_NETWORKS };
  if (Object.hasOwn(all, name)) return all[name];
  throw new Error(`no network ${name}; there are ${Object.keys(all).join(', ')}`);
}
