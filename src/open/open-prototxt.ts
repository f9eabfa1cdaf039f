import type { Backend } from '../backend/backend.js';
import { createReferenceBackend } from '../backend/reference/index.js';
import { FcnError } from '../core/errors.js';
import type { NamedArrays } from '../core/named-arrays.js';
import { showShape, type Pair, type Shape } from '../core/shape.js';
import { splitBatchNorms } from '../formats/caffe/batch-norm-layers.js';
import { buildCaffeNetwork, type CaffeNetwork } from '../formats/caffe/build-network.js';
import { loadCaffeWeights } from '../formats/caffe/load-weights.js';
import { fileKind } from '../formats/file-kinds.js';
import { readWeights } from '../formats/open-weights.js';
import type { CaffeMessage } from '../io/caffe/message.js';
import { readCaffeModel, readNetText } from '../io/caffe/read-files.js';
import { readHashed } from '../io/hashed-source.js';
import { VOC_BGR } from '../zoo/preprocessing.js';
import { filled, fitWeights, listed, noteOn } from './fit-weights.js';
import { OpenError, openingNow } from './open-error.js';
import type { BuiltNetwork, OpenedNetwork, SizedNetwork } from './opened-network.js';
import { parametersOf } from './parameters-of.js';
import type { OpenedFile } from './read-source.js';

/** Note on the preprocessing. */
const ASSUMED = 'preprocessing not stated by the prototxt; that of PASCAL VOC is assumed';

/** Weights of a prototxt. */
export interface PrototxtWeights {
  /** File of the weights; null without one. */
  readonly file: OpenedFile | null;
  /** Expected SHA-256 of that file. */
  readonly sha256: string | undefined;
  /** True if the description alone is needed. */
  readonly structureOnly: boolean;
}

/**
 * Opens a network that Caffe describes. The file does not state how photos become its input: the preprocessing of the
 * authors' networks for PASCAL VOC is assumed, and a note says so.
 *
 * @throws {@link OpenError} if the description is damaged, a layer is unsupported, or weights are missing.
 */
export function openPrototxt(
  { name, bytes }: OpenedFile,
  { file, sha256, structureOnly }: PrototxtWeights,
): OpenedNetwork {
  const definition = openingNow('damaged', () => readNetText(bytes.view(0, bytes.length), name));
  bytes.close();
  const described = openingNow('damaged', () => build(definition, null));
  const { network, inputShapes } = described;
  if (network.wires.length === 0) throw new OpenError('damaged', `${name}: network without layers`);
  const parameters = network.parameters().size;
  if (file === null && parameters > 0 && !structureOnly) {
    const missing = `${name}: missing weights (${String(parameters)} parameters)`;
    throw new OpenError(
      'no-weights',
      (naming) => `${missing}; give a file by ${naming('weights')}`,
    );
  }
  const load = (backend: Backend, shapes?: ReadonlyMap<string, Shape>): BuiltNetwork => {
    if (shapes) checkShapes(described, shapes);
    return openingNow('weights-do-not-fit', () => {
      const built = build(definition, backend, shapes).network;
      return { network: built, notes: file === null ? [] : fill(built, file, sha256) };
    });
  };
  let loaded: NamedArrays | null = null;
  const weightsInMemory = (): NamedArrays =>
    (loaded ??= parametersOf(load(createReferenceBackend()).network));
  const close = (): void => file?.bytes.close();
  return {
    ...{ name, kind: 'prototxt', network, stored: null },
    get weights() {
      return structureOnly ? null : weightsInMemory();
    },
    ...{ preprocessing: inputShapes.size === 1 ? [VOC_BGR] : null, fixedSize: null },
    scores: new Map(network.outputs.map((output) => [output, null])),
    notes: inputShapes.size === 1 ? [ASSUMED] : [],
    atSize: (size) => sizedNetwork(definition, size),
    build: load,
    ...{ close, [Symbol.dispose]: close },
  };
}

function build(
  definition: CaffeMessage,
  backend: Backend | null,
  inputShapes?: ReadonlyMap<string, Shape>,
): CaffeNetwork {
  return buildCaffeNetwork(definition, {
    maker: { backend, rng: null },
    ...(inputShapes === undefined ? {} : { inputShapes }),
  });
}

/** The network for one image; layers that read data sets count as inputs of that size. */
function sizedNetwork(definition: CaffeMessage, size: Pair): SizedNetwork {
  const { network, inputShapes } = openingNow('damaged', () =>
    buildCaffeNetwork(definition, { maker: { backend: null, rng: null }, size }),
  );
  const shapes = new Map([...inputShapes].map(([input, shape]) => [input, shape.with(0, 1)]));
  return { network, shapes };
}

/** Batch and extent may differ from the description; rank and channels may not. */
function checkShapes(described: CaffeNetwork, given: ReadonlyMap<string, Shape>): void {
  for (const [name, shape] of described.inputShapes) {
    const found = given.get(name) ?? [];
    if (found.length === shape.length && found.at(1) === shape.at(1)) continue;
    const expected = showShape(shape.map((extent, axis) => (axis === 1 ? extent : NaN)));
    throw new OpenError(
      'option-refused',
      `input ${name}: unexpected shape (got ${showShape(found)}, expected ${expected.replaceAll('NaN', 'any')})`,
    );
  }
}

/** Overwrites the parameters of a network by the weights of a file. */
function fill(
  network: CaffeNetwork['network'],
  { name, bytes }: OpenedFile,
  sha256: string | undefined,
): readonly string[] {
  return readHashed(bytes, sha256, (source) => {
    if (fileKind(source).format !== 'caffemodel') {
      const { arrays, notes } = readWeights(source);
      const fitted = fitWeights(network, splitBatchNorms(arrays), name);
      filled(network, fitted.weights);
      return [...notes, ...fitted.notes];
    }
    const { missing, ignored } = loadCaffeWeights(network, readCaffeModel(source).blobs);
    if (missing.length > 0) throw new FcnError(`${name}: missing weights of ${listed(missing)}`);
    return noteOn('not in the network', ignored);
  });
}
