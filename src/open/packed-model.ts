/**
 * Model files with packed weights, in the form in which plans read them, for certain image sizes and one mode.
 *
 * Such a file is a safetensors file. It holds the model's own arrays that the compiler reads; for all others it holds
 * shape and digest, which identify the arrays that were packed.
 */
import { FcnError } from '../core/errors.js';
import { JsonObject } from '../core/json-object.js';
import type { NamedArrays } from '../core/named-arrays.js';
import { numel, type Shape } from '../core/shape.js';
import type { StoredArray } from '../core/stored-array.js';
import type { StoredSafetensors } from '../io/stored-safetensors.js';
import { ModelFileError } from '../models/model-file.js';
import type { PackedWeights } from '../plan/memory/weight-store.js';
import { OpenError } from './open-error.js';

/** Key of the list of arrays in the metadata. */
export const PACKED_KEY = 'fcn-wasm-packed';

/** Prefix of the names of packed arrays; the rest is the key under which a plan asks for them. */
export const PACKED_PREFIX = 'packed:';

/** Contents of a file of packed weights. */
export interface PackedModelFile {
  /** Arrays of the model; reading an array that is stored in packed form only is an error. */
  readonly arrays: NamedArrays;
  /** Packed weights. */
  readonly packed: PackedWeights;
}

/**
 * Reads a file that {@link packModel} wrote; null for an ordinary model file.
 *
 * @param name - Name of the file in messages.
 * @throws {@link ModelFileError} if its list of arrays is damaged.
 */
export function readPackedModel(
  { arrays, metadata }: StoredSafetensors,
  name: string,
): PackedModelFile | null {
  const text = metadata.get(PACKED_KEY);
  if (text === undefined) return null;
  const packed: PackedWeights = {
    read(key, target) {
      const array = arrays.get(PACKED_PREFIX + key);
      if (array === undefined) return false;
      if (numel(array.shape) !== target.length) {
        throw new FcnError(`${name}: ${key} has not ${String(target.length)} numbers`);
      }
      array.read(0, target);
      return true;
    },
  };
  const listed = listOf(text, name).map(
    (entry) => [entry.name, arrays.get(entry.name) ?? missing(entry, name)] as const,
  );
  return { arrays: new Map(listed), packed };
}

/** The error for a packed file where all numbers of the weights are needed. */
export function packedForOneUse(file: string): OpenError {
  return new OpenError(
    'damaged',
    `${file}: its weights are packed for one use; give the model from which it was packed`,
  );
}

interface ListedArray {
  readonly name: string;
  readonly shape: Shape;
  readonly digest: string;
}

function listOf(text: string, name: string): ListedArray[] {
  try {
    const from = new JsonObject('', JSON.parse(text));
    return from.objects('arrays').map((entry) => {
      const shape = entry.numbers('shape', { integer: true, min: 0 });
      return { name: entry.string('name'), shape, digest: entry.string('digest') };
    });
  } catch (cause) {
    throw new ModelFileError(`${name}: packed weights: ${(cause as Error).message}`, { cause });
  }
}

/** Array that the file holds in packed form only. */
function missing({ name, shape, digest }: ListedArray, file: string): StoredArray {
  const refuse = (): never => {
    throw new FcnError(`${file}: ${name} is not packed for this size, mode or budget of memory`);
  };
  return {
    ...{ shape, digest, finite: true, read: refuse },
    get data() {
      return refuse();
    },
  };
}
