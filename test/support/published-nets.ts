import { numel } from '../../src/core/shape.js';
import { createNetwork } from '../../src/models/create-network.js';
import type { NetworkSpec, Variant } from '../../src/models/network-spec.js';

/** Number of weights and biases of the authors' PASCAL VOC networks, by name in the zoo. */
export function parameterCount(name: string): number {
  const variant = name.replace('voc-fcn', '').replace('-alexnet', '32s') as Variant;
  const spec: NetworkSpec = {
    trunk: name.endsWith('alexnet') ? 'caffenet' : 'vgg16',
    variant,
    classes: 21,
    geometry: 'authors',
  };
  const parameters = [...createNetwork(null, spec).parameters().values()];
  return parameters.reduce((sum, { shape }) => sum + numel(shape), 0);
}
