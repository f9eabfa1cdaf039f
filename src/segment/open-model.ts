import { readFile } from 'node:fs/promises';
import type { Backend } from '../backend/backend.js';
import { FcnError } from '../core/errors.js';
import { readSafetensors, type SafetensorsFile } from '../io/safetensors.js';
import type { FcnNetwork } from '../models/fcn.js';
import { instantiate } from '../models/instantiate.js';
import { readModel, type Model } from '../models/model-file.js';

/**
 * The model that is used when none is named: an FCN-8s on a SqueezeNet 1.1 trunk that tells cats and
 * dogs from their surroundings. Its card lies beside it.
 */
export const EMBEDDED_MODEL: URL = new URL(
  '../../models/fcn8s-squeezenet-pets.safetensors',
  import.meta.url,
);

/** Where a model comes from: a path or URL, or the bytes of its file. */
export type ModelSource = string | URL | Uint8Array;

/** A network with its weights, ready for use, and what its file says about it. */
export interface OpenModel {
  /** What the file says. */
  readonly model: Model;
  /** The network, not in training mode. */
  readonly network: FcnNetwork;
}

/** A class map holds a byte per pixel, of which 255 means "do not care". */
const MOST_CLASSES = 255;

/**
 * Reads a model file and builds its network.
 *
 * @throws {@link ParseError} if the file is damaged; {@link FcnError} if it cannot be read, is not a
 *   model of this library, or its weights do not fit the network it describes.
 */
export async function openModel(backend: Backend, source: ModelSource): Promise<OpenModel> {
  const name = nameOf(source);
  const model = modelOf(readSafetensors(await bytesOf(source), name), name);
  return { model, network: instantiate(backend, model, name) };
}

/** What a source is called in messages. */
export function nameOf(source: ModelSource): string {
  return source instanceof Uint8Array ? 'model' : String(source);
}

/** The model in a file. */
export function modelOf({ arrays, metadata }: SafetensorsFile, name: string): Model {
  const model = readModel(arrays, metadata);
  if (model.classes.length > MOST_CLASSES) {
    throw new FcnError(`${name}: ${String(model.classes.length)} classes do not fit a class map`);
  }
  return model;
}

/** All bytes of a source. */
export async function bytesOf(source: ModelSource): Promise<Uint8Array> {
  if (source instanceof Uint8Array) return source;
  try {
    if (source instanceof URL && source.protocol !== 'file:') {
      return new Uint8Array(await (await fetch(source)).arrayBuffer());
    }
    return await readFile(source);
  } catch (cause) {
    throw new FcnError(`${String(source)}: ${(cause as Error).message}`, { cause });
  }
}
