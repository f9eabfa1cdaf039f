import { PUBLISHED_NETWORKS } from '../formats/published/build.js';
import type { NetworkSpec } from '../models/network-spec.js';
import { EMBEDDED_MODEL } from '../segment/open-model.js';
import { ZOO } from '../zoo/catalogue.js';
import type { ZooEntry } from '../zoo/entry.js';

/** What a name stands for: a published network, a model file that comes with the library, or a description. */
export type KnownNetwork =
  | { readonly published: string; readonly entry: ZooEntry | null }
  | { readonly file: URL }
  | { readonly spec: NetworkSpec };

/** FCN-8s on SqueezeNet 1.1 as this library has it, with the classes of PASCAL VOC. */
const SQUEEZENET: NetworkSpec = {
  trunk: 'squeezenet1_1',
  variant: '8s',
  classes: 21,
  geometry: 'same',
};

/**
 * Every network that commands know by a name: the published ones, those of the weights in the zoo, the embedded
 * model, and the network that it is made of.
 */
export const KNOWN_NETWORKS: ReadonlyMap<string, KnownNetwork> = new Map<string, KnownNetwork>([
  ...PUBLISHED_NETWORKS.map((name) => [name, { published: name, entry: null }] as const),
  ...ZOO.map((entry) => [entry.name, { published: entry.network, entry }] as const),
  ['fcn8s-squeezenet', { spec: SQUEEZENET }],
  ['fcn8s-squeezenet-pets', { file: EMBEDDED_MODEL }],
]);

/** What is said where a source is neither a file nor a name. */
export function unknownNetwork(source: string): string {
  const names = [...KNOWN_NETWORKS.keys()].join(', ');
  return `there is no file ${source}, and no network of that name; there are ${names}`;
}
