import { createNetwork } from '../../src/models/create-network.js';
import { createFcnResnet } from '../../src/models/fcn-resnet.js';
import { EMBEDDED_NETWORK } from './embedded-network.js';
import { LAYER_NETWORKS } from './layers.js';
import { fillFromSeed, type BenchNetwork } from './network.js';

/** Default extent of photos. */
const USUAL_SIZE = 500;

/** A network of photos, with weights from the seed, except those of interpolations. */
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

/** Whole networks, by the name of their command. */
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
 * Returns the network or layer of a name.
 *
 * @throws Error that lists the known names.
 */
export function networkNamed(name: string): BenchNetwork {
  const all = { ...NETWORKS, ...LAYER_NETWORKS };
  if (Object.hasOwn(all, name)) return all[name];
  throw new Error(
    `bench: unknown network (got ${name}, expected one of ${Object.keys(all).join(', ')})`,
  );
}
