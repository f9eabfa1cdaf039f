/** Published weights, in the file they were published in, as models that segment photos. */
import { FcnError } from '../core/errors.js';
import type { NamedArrays } from '../core/named-arrays.js';
import { OptionError } from '../core/option-error.js';
import type { Preprocessing } from '../data/preprocessing.js';
import { storedWeights } from '../formats/caffe/stored-weights.js';
import { readWeights } from '../formats/open-weights.js';
import { isCaffeModel } from '../formats/protobuf-kind.js';
import { withLaterNames } from '../formats/published/early-names.js';
import { fitPublished, recognisePublished } from '../formats/published/fit.js';
import type { WeightsFile, WeightsKind } from '../formats/weights-file.js';
import type { ByteSource } from '../io/byte-source.js';
import { readCaffeModel } from '../io/caffe/read-files.js';
import { openFileSource } from '../io/file-source.js';
import { readHashed } from '../io/hashed-source.js';
import type { Network } from '../nn/network.js';
import type { Environment } from '../zoo/cache.js';
import { zooEntry } from '../zoo/catalogue.js';
import type { ZooEntry } from '../zoo/entry.js';
import { useOfNetwork, type NetworkUse } from '../zoo/network-use.js';
import { cachedFileOf, findEntry } from '../zoo/source.js';
import type { SegmentationModel } from './segmentation-model.js';
import { inputsOfStreams } from './streams.js';

/** Published weights, and where they are. */
export interface PublishedSource {
  /** Path of the file. */
  readonly path: string;
  /** What the zoo says about it; null for a file that is none of the zoo's by name. */
  readonly entry: ZooEntry | null;
}

/** Which network a file of weights is taken for, and which of its outputs is drawn. */
export interface PublishedChoice {
  /** Name of the network; default: the one that names and shapes of the parameters tell. */
  readonly network?: string;
  /** Name of the output, such as `score_geo`, or its last part, `geo`; default: the first. */
  readonly head?: string;
  /** How a photo becomes the input; default: as the weights were published with. */
  readonly preprocessing?: Preprocessing;
  /** SHA-256 that the file must have, in hexadecimal digits. */
  readonly sha256?: string;
}

/** A published network with its weights, which stay in their file where that is a caffemodel. */
export interface PublishedModel extends SegmentationModel {
  /** Name of the network. */
  readonly name: string;
  /** Of one output, without numbers of its own. */
  readonly network: Network;
  /** Channels of its inputs, in its order. */
  readonly channels: readonly number[];
  /** Its numbers. */
  readonly weights: NamedArrays;
  /** What the file holds: without factors that follow from the network's definition. */
  readonly stored: NamedArrays;
  /** Ends reading; weights cannot be packed from then on. */
  close(): void;
}

/**
 * The file that a name of the zoo stands for, from the cache; null if the zoo has no such name.
 *
 * @throws {@link NotDownloadedError} if it is not there, and says how to get it.
 */
export async function publishedSource(
  name: string,
  environment: Environment,
): Promise<PublishedSource | null> {
  const entry = findEntry(name);
  return entry && { path: (await cachedFileOf(entry, environment)).path, entry };
}

/**
 * Opens published weights.
 *
 * @throws {@link ParseError} if the file is damaged; {@link FcnError} if it cannot be read, has another
 *   SHA-256, belongs to no published network or to several, or does not fit the one that is named.
 */
export function openPublishedModel(
  { path, entry }: PublishedSource,
  { network: wanted, head, sha256, preprocessing: given }: PublishedChoice = {},
): PublishedModel {
  const file = openArrays(path, sha256);
  try {
    const name = wanted ?? entry?.network ?? recognised(file, path);
    const { network, weights, channels } = fitPublished(name, file.arrays, path);
    const about = useOfNetwork(name, entry);
    if (about === null) throw new FcnError(`${name}: nothing tells what it takes`);
    const output = headOf(name, about, head);
    const streams = given === undefined ? streamsOf(about, file) : [given];
    if (streams.length < about.streams.length) throw severalPictures(name);
    return {
      ...{ name, weights, channels, stored: file.arrays, network: onlyOutput(network, output) },
      classes: about.outputs[output].classes,
      prepare: (pictures) => inputsOfStreams(pictures, streams, name),
      close: () => file.close(),
    };
  } catch (error) {
    file.close();
    throw error;
  }
}

interface WeightArrays extends Pick<WeightsFile, 'kind' | 'arrays' | 'averageColour'> {
  close(): void;
}

function openArrays(path: string, sha256: string | undefined): WeightArrays {
  const source = openFileSource(path);
  try {
    return { ...readHashed(source, sha256, readArrays), close: () => source.close() };
  } catch (error) {
    source.close();
    throw error;
  }
}

function readArrays(source: ByteSource): Omit<WeightArrays, 'close'> {
  if (!isCaffeModel(source)) {
    const { kind, arrays, averageColour } = readWeights(source);
    return { kind, arrays: withLaterNames(arrays), averageColour };
  }
  const arrays = storedWeights(readCaffeModel(source).blobs);
  return { kind: 'caffe', arrays: withLaterNames(arrays), averageColour: null };
}

/** Files that have every number of their network. */
const WHOLE_KINDS: readonly WeightsKind[] = ['caffe', 'matconvnet'];

function recognised({ arrays, kind }: WeightArrays, path: string): string {
  const names = recognisePublished(arrays, WHOLE_KINDS.includes(kind));
  if (names.length === 1) return names[0];
  throw new OptionError((words) =>
    names.length === 0
      ? `${path}: these are the weights of no published network; say of which by ${words('network')}`
      : `${path}: these may be the weights of ${names.join(' or ')}; say which by ${words('network')}`,
  );
}

function headOf(name: string, { outputs }: NetworkUse, head: string | undefined): string {
  const heads = Object.keys(outputs);
  if (head === undefined) return heads[0];
  const found = heads.find((output) => output === head || output.endsWith(`_${head}`));
  if (found !== undefined) return found;
  throw new OptionError(
    (words) => `${words('head')}: ${name} has no head ${head}; its heads are ${heads.join(', ')}`,
  );
}

function severalPictures(name: string): OptionError {
  return new OptionError(
    (words) => `${name} looks at several pictures: no ${words('preprocessing')} is for all of them`,
  );
}

/** MatConvNet's files tell the mean, and have red first, whichever network they hold. */
function streamsOf(
  { streams }: NetworkUse,
  { kind, averageColour }: WeightArrays,
): readonly Preprocessing[] {
  if (kind !== 'matconvnet') return streams;
  const { preprocessing } = zooEntry('matconvnet-fcn8s');
  return [{ ...preprocessing, mean: averageColour }];
}

/** The same network, of whose outputs one is wanted. */
function onlyOutput(network: Network, output: string): Network {
  if (!network.outputs.includes(output)) {
    throw new FcnError(`the network has no output ${output}, but ${network.outputs.join(', ')}`);
  }
  return {
    inputs: network.inputs,
    outputs: [output],
    run: (inputs, observe) => network.run(inputs, observe),
    parameters: () => network.parameters(),
  };
}
