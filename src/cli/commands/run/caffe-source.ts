import { FcnError, ShapeError } from '../../../core/errors.js';
import { showShape, type Shape } from '../../../core/shape.js';
import type { Preprocessing } from '../../../data/preprocessing.js';
import { splitBatchNorms } from '../../../formats/caffe/batch-norm-layers.js';
import { buildCaffeNetwork, type CaffeNetwork } from '../../../formats/caffe/build-network.js';
import { loadCaffeWeights } from '../../../formats/caffe/load-weights.js';
import { isCaffeModel } from '../../../formats/protobuf-kind.js';
import type { CaffeMessage } from '../../../io/caffe/message.js';
import { readCaffeModel } from '../../../io/caffe/read-files.js';
import { openFileSource } from '../../../io/file-source.js';
import type { WiredNetwork } from '../../../nn/wired-network.js';
import { usageError } from '../../shell/exit-codes.js';
import { loadFile, noteOn } from './load-file.js';
import type { NetworkSource } from './runnable.js';

const DRY = { backend: null, rng: null };

/** What goes with a network. */
export interface CaffeSourceOptions {
  /** A file of weights; only a network without parameters can do without. */
  readonly weights: string | undefined;
  /** How a photo becomes its input; null where nothing says so. */
  readonly photo: Preprocessing | null;
}

/**
 * A network that Caffe would read.
 *
 * @param name - What messages call it.
 * @throws {@link FcnError} if it cannot be built.
 */
export function caffeSource(
  definition: CaffeMessage,
  name: string,
  { weights, photo }: CaffeSourceOptions,
): NetworkSource {
  const described = buildCaffeNetwork(definition, { maker: DRY });
  const parameters = described.network.parameters().size;
  if (described.network.wires.length === 0) throw new FcnError(`${name}: no layers`);
  if (weights === undefined && parameters > 0) {
    throw usageError(`--weights is missing: ${name} has ${String(parameters)} parameters`);
  }
  return {
    inputs: described.network.inputs,
    photo,
    open(backend, inputShapes) {
      checkShapes(described, inputShapes);
      const { network } = buildCaffeNetwork(definition, {
        maker: { backend, rng: null },
        inputShapes,
      });
      return { network, notes: weights === undefined ? [] : loadWeights(network, weights) };
    },
  };
}

/** Batch and extent may differ from what the description says; rank and channels may not. */
function checkShapes(described: CaffeNetwork, given: ReadonlyMap<string, Shape>): void {
  for (const [name, shape] of described.inputShapes) {
    const found = given.get(name) ?? [];
    if (found.length === shape.length && found.at(1) === shape.at(1)) continue;
    const expected = showShape(shape.map((extent, axis) => (axis === 1 ? extent : NaN)));
    throw new ShapeError(
      `input ${name} is ${showShape(found)}; ${expected.replaceAll('NaN', 'any')} is expected`,
    );
  }
}

function loadWeights(network: WiredNetwork, path: string): string[] {
  const source = openFileSource(path);
  try {
    if (!isCaffeModel(source)) return loadFile(network, path, splitBatchNorms);
    const { missing, ignored } = loadCaffeWeights(network, readCaffeModel(source).blobs);
    if (missing.length > 0) throw new FcnError(`${path}: nothing for ${missing.join(', ')}`);
    return noteOn('not in the network', ignored);
  } finally {
    source.close();
  }
}
