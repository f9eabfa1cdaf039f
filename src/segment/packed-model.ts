/**
 * Model files that hold weights as plans read them: packed for the sizes of image and the mode they were
 * made for, so that loading is reading.
 *
 * Such a file is a safetensors file. Of the model's own arrays it holds those that a compiler has to look
 * at; of the others shape and digest, which tell what the packed ones were made of.
 */
import { createWasmBackend } from '../backend/wasm/index.js';
import { FcnError } from '../core/errors.js';
import { JsonObject } from '../core/json-object.js';
import type { NamedArray, NamedArrays } from '../core/named-arrays.js';
import { numel, type Pair, type Shape } from '../core/shape.js';
import { digestOfArray, readPart, type StoredArray } from '../core/stored-array.js';
import { writeFileAtomic } from '../io/atomic-file.js';
import { safetensorsParts } from '../io/safetensors.js';
import type { StoredSafetensors } from '../io/stored-safetensors.js';
import { describeModel, ModelFileError } from '../models/model-file.js';
import { compile } from '../plan/compile.js';
import type { PlanMode } from '../plan/plan.js';
import { packedOn, type PackedWeights } from '../plan/memory/weight-store.js';
import type { OpenModel } from './open-model.js';

/** Name of the list of arrays in the metadata. */
const KEY = 'fcn-wasm-packed';

/** Before the names of packed arrays, which are their keys. */
const PREFIX = 'packed:';

/** For what a model is packed. */
export interface PackOptions {
  /** Height and width of the images. */
  readonly sizes: readonly Pair[];
  /** How plans compute. */
  readonly mode: PlanMode;
  /** Most bytes that a plan may take, as it will be told again. */
  readonly memory?: number;
}

/**
 * Packs a model's weights and writes them to a file.
 *
 * @param stored - What openStoredModel gave.
 *
 * @throws {@link FcnError} if the model cannot be compiled for a size.
 */
export async function packModel(
  stored: OpenModel,
  path: string,
  { sizes, ...options }: PackOptions,
): Promise<void> {
  const { model, network } = stored;
  const backend = await createWasmBackend();
  const seen = new Map<string, NamedArray>();
  const weights = new Map(
    [...model.parameters].map(([name, array]) => [
      name,
      watched(array, (data) => seen.set(name, { shape: array.shape, data })),
    ]),
  );
  for (const size of sizes) {
    compile(network, [1, 3, ...size], { backend, weights, ...options });
  }
  const arrays = [...model.parameters].map(([name, array]) => ({
    ...{ name, shape: array.shape, digest: digestOfArray(array) },
  }));
  const packed = [...packedOn(backend)].map(([key, data]): [string, NamedArray] => [
    PREFIX + key,
    { shape: [data.length], data },
  ]);
  const metadata = new Map([...describeModel(model), [KEY, JSON.stringify({ arrays })]]);
  await writeFileAtomic(path, safetensorsParts(new Map([...seen, ...packed]), metadata));
}

/** The same array, that says when it is asked for as a whole. */
function watched(array: NamedArray, onData: (data: Float32Array) => void): StoredArray {
  const whole = (): Float32Array => {
    const { data } = array;
    onData(data);
    return data;
  };
  return {
    shape: array.shape,
    digest: digestOfArray(array),
    get data() {
      return whole();
    },
    read(begin, target) {
      readPart(array, begin, target);
    },
  };
}

/** What a file of packed weights holds. */
export interface PackedModelFile {
  /** The model's arrays; those that are there only packed throw when they are read. */
  readonly arrays: NamedArrays;
  /** The packed ones. */
  readonly packed: PackedWeights;
}

/**
 * Reads a file that {@link packModel} wrote; null if it is an ordinary one.
 *
 * @param name - Of the file, for messages.
 * @throws {@link ModelFileError} if its list of arrays is damaged.
 */
export function readPackedModel(
  { arrays, metadata }: StoredSafetensors,
  name: string,
): PackedModelFile | null {
  const text = metadata.get(KEY);
  if (text === undefined) return null;
  const packed: PackedWeights = {
    read(key, target) {
      const array = arrays.get(PREFIX + key);
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

/** An array of which the file has the packed form alone. */
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
