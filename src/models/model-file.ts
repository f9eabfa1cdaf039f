import { FcnError } from '../core/errors.js';
import { JsonObject } from '../core/json-object.js';
import type { NamedArrays } from '../core/named-arrays.js';
import { type Preprocessing, readPreprocessing } from '../data/preprocessing.js';
import { parseNetworkSpec, type CompleteSpec, type NetworkSpec } from './network-spec.js';

/** A file that holds arrays but not a model of this library. */
export class ModelFileError extends FcnError {
  override name = 'ModelFileError';
}

/** Description of the weights in a model file. */
export interface ModelDescription {
  /** The network they belong to. */
  readonly spec: NetworkSpec;
  /** Preprocessing of the photos. */
  readonly input: Preprocessing;
  /** Names of the classes, in the order of the scores. */
  readonly classes: readonly string[];
  /** Colour of each class, `[r, g, b]`; the VOC palette if there is none. */
  readonly palette?: readonly (readonly [number, number, number])[];
  /** Origin of the weights, for readers. */
  readonly training?: Readonly<Record<string, unknown>>;
}

/** A model as it is read: every choice of its network has been made. */
export interface Model extends ModelDescription {
  readonly spec: CompleteSpec;
  /** Its weights. */
  readonly parameters: NamedArrays;
}

/** Name of the description in the metadata of a safetensors file. */
const KEY = 'fcn-wasm';

/** True if the metadata of a safetensors file describe a model of this library. */
export function isModel(metadata: ReadonlyMap<string, string>): boolean {
  return metadata.has(KEY);
}

/** The metadata of a model file. */
export function describeModel(description: ModelDescription): ReadonlyMap<string, string> {
  const { spec, input, classes, palette, training } = description;
  return new Map([[KEY, JSON.stringify({ spec, input, classes, palette, training })]]);
}

/**
 * The model that the contents of a safetensors file stand for.
 *
 * @throws {@link ModelFileError} if the description is missing, damaged or contradicts itself.
 */
export function readModel(parameters: NamedArrays, metadata: ReadonlyMap<string, string>): Model {
  const text = metadata.get(KEY);
  if (text === undefined) {
    throw new ModelFileError(`not a model of this library: no ${KEY} in its metadata`);
  }
  try {
    return { ...readDescription(new JsonObject('', JSON.parse(text))), parameters };
  } catch (cause) {
    throw new ModelFileError(`model description: ${(cause as Error).message}`, { cause });
  }
}

function readDescription(from: JsonObject): ModelDescription & { readonly spec: CompleteSpec } {
  const description = {
    spec: parseNetworkSpec(from.raw('spec')),
    input: readPreprocessing(from.object('input')),
    classes: from.strings('classes'),
    ...from.optional('palette', () => readPalette(from)),
    ...from.optional('training', (key) => from.object(key).all()),
  };
  from.end();
  const { spec, classes, palette } = description;
  if (classes.length !== spec.classes) {
    throw from.wrong(
      'classes',
      `wrong number of names (got ${String(classes.length)}, expected ${String(spec.classes)})`,
    );
  }
  if (palette !== undefined && palette.length < spec.classes) {
    throw from.wrong(
      'palette',
      `too few colours (got ${String(palette.length)}, expected ${String(spec.classes)})`,
    );
  }
  return description;
}

function readPalette(from: JsonObject): [number, number, number][] {
  return from.list('palette').map((value) => {
    const inner = new JsonObject('palette', { colour: value });
    const [r, g, b] = inner.numbers('colour', { integer: true, min: 0, max: 255 }, 3);
    return [r, g, b];
  });
}
