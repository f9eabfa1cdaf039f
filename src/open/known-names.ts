/** Names of networks: the published ones, the entries of the zoo, and those that come with this library. */
import { didYouMean } from '../core/closest-name.js';
import { PUBLISHED_NETWORKS } from '../formats/published/build.js';
import type { NetworkSpec } from '../models/network-spec.js';
import { ZOO } from '../zoo/catalogue.js';
import type { ZooEntry } from '../zoo/entry.js';
import { entryOfNetwork } from '../zoo/source.js';
import { EMBEDDED_MODEL } from './embedded-model.js';
import { OpenError } from './open-error.js';

/** The meaning of a name. */
export type NamedNetwork =
  /** A published network, with its weights in the zoo if there are any. */
  | { readonly published: string; readonly entry: ZooEntry | null }
  /** A model file that comes with this library. */
  | { readonly file: URL }
  /** A network of this library without weights. */
  | { readonly spec: NetworkSpec };

/** FCN-8s on SqueezeNet 1.1 as this library trains it, with the classes of PASCAL VOC. */
const SQUEEZENET: NetworkSpec = {
  trunk: 'squeezenet1_1',
  variant: '8s',
  classes: 21,
  geometry: 'same',
};

const NAMES: ReadonlyMap<string, NamedNetwork> = new Map<string, NamedNetwork>([
  ...PUBLISHED_NETWORKS.map((name) => [name, publishedNetwork(name)] as const),
  ...ZOO.map((entry) => [entry.name, { published: entry.network, entry }] as const),
  ['fcn8s-squeezenet', { spec: SQUEEZENET }],
  ['fcn8s-squeezenet-pets', { file: EMBEDDED_MODEL }],
]);

/** Every name of a network. */
export const NETWORK_NAMES: readonly string[] = [...NAMES.keys()];

/** The network of a name; null if there is none. */
export function networkOfName(name: string): NamedNetwork | null {
  return NAMES.get(name) ?? null;
}

/** The published network of a name, with the weights of its authors before those of others. */
function publishedNetwork(name: string): NamedNetwork {
  return { published: name, entry: entryOfNetwork(name) };
}

/** The error for a source that is neither a file nor a name. */
export function unknownName(source: string): OpenError {
  const hint = didYouMean(source, NETWORK_NAMES);
  const isPath = /[/\\]|\.\w+$/.test(source);
  if (isPath && hint === '') return new OpenError('not-found', `${source}: no such file`);
  const advice = hint === '' ? '; fcn models lists the published networks' : hint;
  return new OpenError('unknown-name', `${source}: no file and no network has this name${advice}`);
}
