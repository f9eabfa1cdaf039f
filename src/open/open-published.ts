/** Published networks: their definition alone, or with weights in the file in which they were published. */
import type { Pair } from '../core/shape.js';
import type { Preprocessing } from '../data/preprocessing.js';
import { storedWeights } from '../formats/caffe/stored-weights.js';
import { readWeights } from '../formats/open-weights.js';
import { isCaffeModel } from '../formats/protobuf-kind.js';
import { buildPublished } from '../formats/published/build.js';
import { withLaterNames } from '../formats/published/early-names.js';
import { fitPublished, recognisePublished } from '../formats/published/fit.js';
import type { WeightsFile, WeightsKind } from '../formats/weights-file.js';
import type { ByteSource } from '../io/byte-source.js';
import { readCaffeModel } from '../io/caffe/read-files.js';
import { readHashed } from '../io/hashed-source.js';
import { zooEntry } from '../zoo/catalogue.js';
import type { ZooEntry } from '../zoo/entry.js';
import { useOfNetwork, type NetworkUse } from '../zoo/network-use.js';
import { filled } from './fit-weights.js';
import { OpenError, openingNow } from './open-error.js';
import type { OpenedNetwork } from './opened-network.js';
import type { OpenedFile } from './read-source.js';

/** Weights of a published network. */
export interface PublishedWeights {
  /** Name of the network; undefined if names and shapes of the arrays have to tell. */
  readonly network: string | undefined;
  /** Entry of the zoo, if the file is known to be one. */
  readonly entry: ZooEntry | null;
  /** Expected SHA-256. */
  readonly sha256: string | undefined;
}

/** Opens the definition of a published network, without weights. */
export function openDefinition(name: string, entry: ZooEntry | null): OpenedNetwork {
  const { network, channels } = openingNow('unknown-name', () => buildPublished(name, new Map()));
  const use = useOfNetwork(name, entry);
  return {
    ...{ name, kind: 'definition', network, weights: null, stored: null, notes: [] },
    ...{ preprocessing: use?.streams ?? null, fixedSize: null },
    scores: scoresOf(use),
    atSize: (size) => ({ network, shapes: shapesOf(network.inputs, channels, size) }),
    build: () => {
      throw new OpenError(
        'no-weights',
        (naming) => `${name}: missing weights; give a file by ${naming('weights')}`,
      );
    },
    close: () => undefined,
    [Symbol.dispose]: () => undefined,
  };
}

/**
 * Opens weights of a published network. Those of a caffemodel stay in the file until they are used.
 *
 * @throws {@link OpenError} if the file is damaged or has another SHA-256, its arrays belong to no published network or to
 *   several, or do not fit the network that is named.
 */
export function openPublished(file: OpenedFile, wanted: PublishedWeights): OpenedNetwork {
  const { name: path, bytes } = file;
  const read = openingNow('damaged', () => readHashed(bytes, wanted.sha256, readArrays));
  const name = wanted.network ?? wanted.entry?.network ?? recognised(read, path);
  const fitted = openingNow('weights-do-not-fit', () => fitPublished(name, read.arrays, path));
  const { network, weights, channels } = fitted;
  const use = useOfNetwork(name, wanted.entry);
  const close = (): void => bytes.close();
  return {
    ...{ name, kind: 'published', network, weights, stored: read.arrays, notes: read.notes },
    ...{ preprocessing: use && preprocessingOf(use, read), fixedSize: null },
    scores: scoresOf(use),
    atSize: (size) => ({ network, shapes: shapesOf(network.inputs, channels, size) }),
    build(backend) {
      const built = openingNow('weights-do-not-fit', () =>
        filled(buildPublished(name, read.arrays, backend).network, weights),
      );
      return { network: built, notes: read.notes };
    },
    ...{ close, [Symbol.dispose]: close },
  };
}

type WeightArrays = Pick<WeightsFile, 'kind' | 'arrays' | 'averageColour' | 'notes'>;

function readArrays(source: ByteSource): WeightArrays {
  if (!isCaffeModel(source)) {
    const { kind, arrays, averageColour, notes } = readWeights(source);
    return { kind, arrays: withLaterNames(arrays), averageColour, notes };
  }
  const arrays = withLaterNames(storedWeights(readCaffeModel(source).blobs));
  return { kind: 'caffe', arrays, averageColour: null, notes: [] };
}

/** Origins whose files have every number of their network. */
const WHOLE_KINDS: readonly WeightsKind[] = ['caffe', 'matconvnet'];

function recognised({ arrays, kind }: WeightArrays, path: string): string {
  const names = recognisePublished(arrays, WHOLE_KINDS.includes(kind));
  if (names.length === 1) return names[0];
  if (names.length > 1) {
    const problem = `${path}: weights of ${names.join(' or ')}`;
    throw new OpenError(
      'option-needed',
      (naming) => `${problem}; say which by ${naming('network')}`,
    );
  }
  throw new OpenError(
    'not-a-network',
    (naming) =>
      `${path}: not the weights of a published network; name the network by ${naming('network')}`,
  );
}

function scoresOf(use: NetworkUse | null): Map<string, readonly string[]> {
  return new Map(
    Object.entries(use?.outputs ?? {}).map(([output, { classes }]) => [output, classes]),
  );
}

/** MatConvNet's files hold the mean, and have red first, whichever network they are of. */
function preprocessingOf(
  { streams }: NetworkUse,
  { kind, averageColour }: WeightArrays,
): readonly Preprocessing[] {
  if (kind !== 'matconvnet') return streams;
  const { preprocessing } = zooEntry('matconvnet-fcn8s');
  return [{ ...preprocessing, mean: averageColour }];
}

function shapesOf(
  inputs: readonly string[],
  channels: readonly number[],
  size: Pair,
): Map<string, readonly number[]> {
  return new Map(inputs.map((name, i) => [name, [1, channels[i], ...size]]));
}
