import type { NamedArrays } from '../core/named-arrays.js';
import { memorySource } from '../io/byte-source.js';
import { openFileSource, type FileSource } from '../io/file-source.js';
import { openSafetensors } from '../io/stored-safetensors.js';
import { instantiateDry } from '../models/instantiate.js';
import type { PackedWeights } from '../plan/memory/weight-store.js';
import { bytesOf, modelOf, nameOf, type ModelSource, type OpenModel } from './open-model.js';
import { readPackedModel } from './packed-model.js';

/** A model whose weights stay in its file until a plan packs them. Its network is without them. */
export interface StoredModel extends OpenModel {
  /** The weights by their names. */
  readonly weights: NamedArrays;
  /** Those that are packed in the file. */
  readonly packed?: PackedWeights;
  /** Ends reading; weights cannot be packed from then on. */
  close(): void;
}

/**
 * Opens a model file without loading its weights: all of it is looked at once.
 *
 * Bytes are copied, what a server sends is kept; a file on disk stays there, open.
 *
 * @param sha256 - What the file must have, in hexadecimal digits; not checked where left out.
 * @throws {@link ParseError} if the file is damaged; {@link FcnError} if it cannot be read, is not a model
 *   of this library, its weights do not fit, or it has another SHA-256.
 */
export async function openStoredModel(source: ModelSource, sha256?: string): Promise<StoredModel> {
  const name = nameOf(source);
  const bytes = await byteSourceOf(source, name);
  const close = (): void => {
    bytes.close();
  };
  try {
    const file = openSafetensors(bytes, sha256);
    const packedFile = readPackedModel(file, name);
    const { arrays: weights, packed } = packedFile ?? { arrays: file.arrays };
    const model = modelOf({ arrays: weights, metadata: file.metadata }, name);
    const network = instantiateDry(model, name);
    return { model, network, weights, close, ...(packed === undefined ? {} : { packed }) };
  } catch (error) {
    close();
    throw error;
  }
}

async function byteSourceOf(source: ModelSource, name: string): Promise<FileSource> {
  const inMemory = (bytes: Uint8Array): FileSource => {
    return { ...memorySource(bytes, name), close: () => undefined };
  };
  if (source instanceof Uint8Array) return inMemory(Uint8Array.from(source));
  const isRemote = source instanceof URL && source.protocol !== 'file:';
  return isRemote ? inMemory(await bytesOf(source)) : openFileSource(source);
}
