import type { NetworkSpec } from '../../models/network-spec.js';

const AUTHORS = { geometry: 'authors' } as const;

function vgg(variant: NetworkSpec['variant'], classes: number): NetworkSpec {
  return { ...AUTHORS, trunk: 'vgg16', variant, classes };
}

/** Networks that can be inspected by their names alone; the first ones are those of the paper. */
export const NAMED_NETWORKS: Readonly<Record<string, NetworkSpec>> = {
  'voc-fcn32s': vgg('32s', 21),
  'voc-fcn16s': vgg('16s', 21),
  'voc-fcn8s': vgg('8s', 21),
  'voc-fcn8s-atonce': vgg('8s-atonce', 21),
  'voc-fcn-alexnet': { ...AUTHORS, trunk: 'caffenet', variant: '32s', classes: 21 },
  'pascalcontext-fcn32s': vgg('32s', 60),
  'pascalcontext-fcn16s': vgg('16s', 60),
  'pascalcontext-fcn8s': vgg('8s', 60),
  'nyud-fcn32s-color': vgg('32s', 40),
  'fcn8s-squeezenet': { trunk: 'squeezenet1_1', variant: '8s', classes: 21, geometry: 'same' },
};
