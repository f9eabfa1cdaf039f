/**
 * Reader of MatConvNet networks in MAT-files: a DagNN, or the chain of layers of the earlier SimpleNN.
 *
 * @see matconvnet-fcn and MatConvNet's doc: filters are height × width × inputs × outputs for
 *   vl_nnconv, height × width × outputs × inputs for vl_nnconvt, the first index fastest.
 */
import { ParseError } from '../core/errors.js';
import type { NamedArray, NamedArrays } from '../core/named-arrays.js';
import { toFloat32 } from '../io/elements.js';
import type { MatNumbers, MatStruct, MatValue } from '../io/mat5-values.js';
import { columnMajorStrides, toRowMajor } from '../io/strided.js';

/** Layer as the file describes it. */
export interface DagLayer {
  /** Layer name; the parameters are named after it in this library. */
  readonly name: string;
  /** Class of the layer, such as `dagnn.Conv`. */
  readonly type: string;
  /** Names of the input values. */
  readonly inputs: readonly string[];
  /** Names of the output values. */
  readonly outputs: readonly string[];
  /** Names of the parameters: filters, then biases. */
  readonly params: readonly string[];
  /** Settings, such as `stride`, `crop`, `upsample`. */
  readonly settings: ReadonlyMap<string, readonly number[] | string>;
}

/** MatConvNet network: layers and parameters. */
export interface MatConvNetwork {
  /** Layers in the order of the file. */
  readonly layers: readonly DagLayer[];
  /** Parameters as `layer.weight` and `layer.bias`, `[O, I, H, W]`; of transposed convolutions `[I, O, H, W]`. */
  readonly arrays: NamedArrays;
  /** Average colour of the training photos, red first; null if the file has none. */
  readonly averageColour: readonly number[] | null;
  /** One line for each parameter that no layer uses (kept under its own name) or that holds no numbers. */
  readonly notes: readonly string[];
}

type Variables = ReadonlyMap<string, MatValue>;

/** Last part of a parameter's name in this library, in the order in which layers list their parameters. */
const ROLES = ['weight', 'bias'];

/**
 * Reads a network from the variables of a MAT-file.
 *
 * @param source - Name of the file, for error messages.
 * @throws {@link ParseError} if the variables hold no network.
 */
export function readMatConvNet(variables: Variables, source: string): MatConvNetwork {
  const layers = variables.get('layers');
  const averageColour = averageOf(variables);
  if (layers?.kind === 'struct') {
    const params = variables.get('params');
    if (params?.kind !== 'struct') {
      throw new ParseError(source, 0, 'DagNN: the variable params is missing');
    }
    return { ...readDag(layers, params), averageColour };
  }
  if (layers?.kind === 'cell') return { ...readChain(layers.items), averageColour };
  const names = [...variables.keys()].join(', ');
  const got = names === '' ? 'none' : names;
  throw new ParseError(
    source,
    0,
    `not a MatConvNet network (got variables ${got}; expected layers, params)`,
  );
}

function readDag(layers: MatStruct, params: MatStruct): Omit<MatConvNetwork, 'averageColour'> {
  const described = layers.items.map(describeLayer);
  const owners = new Map<string, string>();
  for (const { name, params: owned } of described) {
    owned.forEach((param, i) => {
      if (i < ROLES.length && !owners.has(param)) owners.set(param, `${name}.${ROLES[i]}`);
    });
  }
  const arrays = new Map<string, NamedArray>();
  const notes: string[] = [];
  for (const param of params.items) {
    const name = textOf(param.get('name'));
    const value = param.get('value');
    if (value?.kind !== 'numbers') {
      notes.push(`left out: ${name}, which holds no numbers`);
      continue;
    }
    const own = owners.get(name);
    if (own === undefined) notes.push(`no layer uses ${name}`);
    arrays.set(own ?? name, toArray(value));
  }
  return { layers: described, arrays, notes };
}

function describeLayer(layer: ReadonlyMap<string, MatValue>): DagLayer {
  const block = layer.get('block');
  const settings = block?.kind === 'struct' ? (block.items.at(0) ?? new Map()) : new Map();
  return {
    name: textOf(layer.get('name')),
    type: textOf(layer.get('type')),
    inputs: textsOf(layer.get('inputs')),
    outputs: textsOf(layer.get('outputs')),
    params: textsOf(layer.get('params')),
    settings: settingsOf(settings),
  };
}

/** Reads a SimpleNN: a list of layers, each fed by the previous one, with `weights` as a list of filters and biases. */
function readChain(items: readonly MatValue[]): Omit<MatConvNetwork, 'averageColour'> {
  const layers: DagLayer[] = [];
  const arrays = new Map<string, NamedArray>();
  for (const [i, item] of items.entries()) {
    const layer = item.kind === 'struct' ? item.items.at(0) : undefined;
    if (layer === undefined) continue;
    const name = textOf(layer.get('name'));
    const weights = layer.get('weights');
    const values = weights?.kind === 'cell' ? weights.items : [];
    const params = values.slice(0, ROLES.length).map((value, role) => {
      const param = `${name}.${ROLES[role]}`;
      if (value.kind === 'numbers') arrays.set(param, toArray(value));
      return param;
    });
    const [inputs, outputs] = [[`x${String(i)}`], [`x${String(i + 1)}`]];
    const type = textOf(layer.get('type'));
    layers.push({ name, type, inputs, outputs, params, settings: settingsOf(layer) });
  }
  return { layers, arrays, notes: [] };
}

/**
 * Copies a parameter into a row-major array. Filters have four axes; MATLAB drops the last ones where their extent is
 * 1. Row and column vectors become arrays of one axis.
 */
function toArray({ shape, data }: MatNumbers): NamedArray {
  const floats = toFloat32(data);
  if (shape.length === 2 && shape.some((extent) => extent === 1)) {
    return { shape: [floats.length], data: floats.slice() };
  }
  const [H, W, C = 1, D = 1] = shape;
  const [h, w, c, d] = columnMajorStrides([H, W, C, D]);
  const layout = { shape: [D, C, H, W], strides: [d, c, h, w], offset: 0 };
  return { shape: layout.shape, data: toRowMajor(floats, layout) };
}

function averageOf(variables: Variables): readonly number[] | null {
  const normalization = fieldOf(fieldOf(variables.get('meta'), 'normalization'), 'averageImage');
  if (normalization?.kind !== 'numbers' || normalization.data.length !== 3) return null;
  return Array.from(normalization.data, Number);
}

function fieldOf(value: MatValue | undefined, name: string): MatValue | undefined {
  return value?.kind === 'struct' ? value.items.at(0)?.get(name) : undefined;
}

function textOf(value: MatValue | undefined): string {
  return value?.kind === 'text' ? value.text : '';
}

function textsOf(value: MatValue | undefined): string[] {
  return value?.kind === 'cell' ? value.items.map(textOf) : [textOf(value)].filter(Boolean);
}

function settingsOf(
  fields: ReadonlyMap<string, MatValue>,
): ReadonlyMap<string, readonly number[] | string> {
  const settings = new Map<string, readonly number[] | string>();
  for (const [name, value] of fields) {
    if (value.kind === 'text') settings.set(name, value.text);
    if (value.kind === 'numbers' && name !== 'weights') {
      settings.set(name, Array.from(value.data, Number));
    }
  }
  return settings;
}
