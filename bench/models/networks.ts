import type { Backend } from '../../src/backend/backend.js';
import { createNetwork } from '../../src/models/create-network.js';
import type { NetworkSpec } from '../../src/models/network-spec.js';
import { LAYER_NETWORKS } from './layers.js';
import { fillFromSeed, type BenchNetwork } from './network.js';

function fcn(title: string, size: number, spec: NetworkSpec): BenchNetwork {
  return {
    title,
    size,
    inputShape: (extent) => [1, 3, extent, extent],
    build(backend: Backend | null) {
      const network = createNetwork(backend, spec);
      if (backend) fillFromSeed(network, (name) => name.startsWith('upscore'));
      return network;
    },
  };
}

/** The whole networks, by the names of their commands. */
export const NETWORKS: Readonly<Record<string, BenchNetwork>> = {
  fcn8s: fcn('FCN-8s VGG16, padding 100, 21 classes', 500, {
    ...{ trunk: 'vgg16', variant: '8s', classes: 21, geometry: 'authors' },
  }),
  'fcn8s-squeezenet': fcn('FCN-8s SqueezeNet 1.1, 21 classes', 500, {
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
