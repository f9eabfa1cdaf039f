import { fileKind, isWeightsFormat } from '../formats/file-kinds.js';
import { readWeights } from '../formats/open-weights.js';
import { storedArraysOf, type StoredArrays } from '../formats/stored-arrays.js';
import type { WeightsFile } from '../formats/weights-file.js';
import { fileOfSource } from './file-of-source.js';
import { notANetwork } from './not-a-network.js';
import { OpenError, openingNow } from './open-error.js';
import { PACKED_KEY, packedForOneUse } from './packed-model.js';
import type { NetworkSource, OpenedFile } from './read-source.js';

/**
 * Reads the weights of a source, whatever network they belong to.
 *
 * @throws {@link OpenError} as {@link openNetwork}; `no-weights` for a description without weights, `damaged` for packed
 *   weights, not all of whose numbers are in the file.
 */
export async function weightsOfSource(source: NetworkSource): Promise<WeightsFile> {
  const { name, bytes } = await weightsFile(source);
  try {
    const weights = openingNow('damaged', () => readWeights(bytes));
    if (!weights.metadata.has(PACKED_KEY)) return weights;
    throw packedForOneUse(name);
  } finally {
    bytes.close();
  }
}

/**
 * Opens the weights of a source to read them array by array. Dispose of them when they are no longer needed.
 *
 * @throws {@link OpenError} as {@link weightsOfSource}.
 */
export async function arraysOfSource(source: NetworkSource): Promise<StoredArrays> {
  const { bytes } = await weightsFile(source);
  try {
    return openingNow('damaged', () => storedArraysOf(bytes));
  } catch (error) {
    bytes.close();
    throw error;
  }
}

/**
 * Opens the file of weights that a source leads to, without reading the weights.
 *
 * @throws {@link OpenError} as {@link weightsOfSource}.
 */
export async function weightsFile(source: NetworkSource): Promise<OpenedFile> {
  const file = await fileOfSource(source);
  try {
    const kind = openingNow('damaged', () => fileKind(file.bytes));
    if (kind.format === 'prototxt') {
      throw new OpenError('no-weights', `${file.name}: missing weights (got ${kind.name})`);
    }
    if (!isWeightsFormat(kind.format)) throw notANetwork(file.name, kind);
    return file;
  } catch (error) {
    file.bytes.close();
    throw error;
  }
}
