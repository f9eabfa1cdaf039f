import { readFile } from 'node:fs/promises';
import type { Backend } from '../backend/backend.js';
import { readSafetensors } from '../io/safetensors.js';
import type { FcnNetwork } from '../models/fcn.js';
import { instantiate } from '../models/instantiate.js';
import { readModel, type Model } from '../models/model-file.js';

/** A model file and its network, ready for use. */
export interface TrainedModel {
  /** What the file says. */
  readonly model: Model;
  /** The network, with the file's weights. */
  readonly network: FcnNetwork;
}

/**
 * Reads a model file and builds its network.
 *
 * @throws {@link ParseError} if the file is damaged, {@link ModelFileError} if it is not a model or
 *   its weights do not fit the network it describes.
 */
export async function loadModel(backend: Backend, path: string): Promise<TrainedModel> {
  const { arrays, metadata } = readSafetensors(await readFile(path), path);
  const model = readModel(arrays, metadata);
  return { model, network: instantiate(backend, model, path) };
}
