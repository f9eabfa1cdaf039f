import { createNetwork } from '../../src/models/create-network.js';
import { createFcnResnet } from '../../src/models/fcn-resnet.js';
import { EMBEDDED_NETWORK } from './embedded-network.js';
import { LAYER_NETWORKS } from './layers.js';
import { fillFromSeed, type BenchNetwork } from './network.js';

/** Extent of photos that is asked for most often. */
const USUAL_SIZE = 500;

/** A network of photos, with weights from the seed but for those that interpolate. */
function seeded(title: string, make: BenchNetwork['build']): BenchNetwork {
  return {
    title,
    size: USUAL_SIZE,
    inputShape: (extent) => [1, 3, extent, extent],
    build(backend) {
      const network = make(backend);
      if (backend) fillFromSeed(network, (name) => name.startsWith('upscore'));
      return network;
    },
  };
}

/** The whole networks, by the names of their commands. */
export const NETWORKS: Readonly<Record<string, BenchNetwork>> = {
  fcn8s: seeded('FCN-8s VGG16, padding 100, 21 classes', (backend) =>
    createNetwork(backend, { trunk: 'vgg16', variant: '8s', classes: 21, geometry: 'authors' }),
  ),
  'fcn-resnet50': seeded('fcn_resnet50, 21 classes', (backend) =>
    createFcnResnet(backend, { depth: 50, auxiliary: false }),
  ),
  'fcn8s-pets': EMBEDDED_NETWORK,
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
