import type { NamedArray, NamedArrays } from '../core/named-arrays.js';
import { asItems, type PickleValue } from './pickle-values.js';
import { isTensor, type TorchTensor } from './torch-globals.js';
import { TensorLoader, type StorageReader } from './torch-tensors.js';

/** Content of a PyTorch file. */
export interface TorchFile {
  /** The state dict, in its order. */
  readonly arrays: NamedArrays;
  /** Other content, one line each: the key of the state dict, and the values that were left out. */
  readonly notes: readonly string[];
}

/** Content of an open PyTorch file, with tensors that are read on demand. */
export interface OpenTorchFile extends Pick<TorchFile, 'notes'> {
  /** Readers of the tensors by name; every call reads the tensor again. */
  readonly arrays: ReadonlyMap<string, () => NamedArray>;
  /** Reads all tensors; a shared storage is read once. */
  readonly readAll: () => NamedArrays;
}

/** Keys under which training scripts store the state dict. */
const STATE_DICT_KEYS = ['model_state_dict', 'state_dict', 'model'];
/** Nesting limit of containers. */
const MOST_DEPTH = 64;
/** Limit of the total length of all names: a key counts once for every value under it. */
const MOST_CHARACTERS = 2 ** 24;

/**
 * Collects the tensors of a saved object: of the dict under `model_state_dict`, `state_dict` or `model` if
 * there is one, otherwise of the whole object. Names of nested dicts are joined by dots.
 *
 * @throws {@link ParseError} if there are no tensors, or nesting or names exceed the limits.
 */
export function collectState(root: PickleValue, reader: StorageReader): OpenTorchFile {
  const key =
    root instanceof Map ? STATE_DICT_KEYS.find((k) => root.get(k) instanceof Map) : undefined;
  const state = root instanceof Map && key !== undefined ? (root.get(key) ?? null) : root;
  const tensors = new Map<string, TorchTensor>();
  const others: string[] = [];
  walk(state, [], { tensors, others, visited: new Set(), reader, characters: 0 });
  if (tensors.size === 0) throw reader.error('no tensors in the file');
  const notes = others.map((name) => `${name} is not a tensor`);
  if (root instanceof Map && key !== undefined) {
    const left = [...root.keys()].filter((other) => other !== key).map(keyText);
    notes.unshift(`weights taken from "${key}"`);
    if (left.length > 0) notes.push(`left out: ${left.join(', ')}`);
  }
  const arrays = new Map(
    Array.from(tensors, ([name, tensor]) => [name, () => new TensorLoader(reader).load(tensor)]),
  );
  const readAll = (): NamedArrays => {
    const loader = new TensorLoader(reader);
    return new Map(Array.from(tensors, ([name, tensor]) => [name, loader.load(tensor)]));
  };
  return { arrays, notes, readAll };
}

interface Walk {
  readonly tensors: Map<string, TorchTensor>;
  readonly others: string[];
  /** Visited containers: each is visited once, so that cycles end. */
  readonly visited: Set<object>;
  readonly reader: StorageReader;
  characters: number;
}

function walk(value: PickleValue, path: readonly string[], found: Walk): void {
  const name = path.length === 0 ? 'tensor' : path.join('.');
  if (path.length > MOST_DEPTH)
    throw found.reader.error(
      `containers nest too deep (expected at most ${String(MOST_DEPTH)} levels)`,
    );
  found.characters += name.length;
  if (found.characters > MOST_CHARACTERS)
    throw found.reader.error(
      `names too long (expected at most ${String(MOST_CHARACTERS)} characters in total)`,
    );
  if (isTensor(value)) {
    if (found.tensors.has(name)) throw found.reader.error(`duplicate tensor "${name}"`);
    found.tensors.set(name, value);
    return;
  }
  const children = childrenOf(value);
  if (children === null) found.others.push(name);
  else if (found.visited.has(children.container)) found.others.push(`${name}, seen before,`);
  else {
    found.visited.add(children.container);
    for (const [key, child] of children.items) walk(child, [...path, keyText(key)], found);
  }
}

/** Keys of dicts are texts or numbers, those of lists are numbers. */
function keyText(key: PickleValue): string {
  return typeof key === 'string' ? key : JSON.stringify(key);
}

interface Children {
  readonly container: object;
  readonly items: Iterable<readonly [PickleValue, PickleValue]>;
}

function childrenOf(value: PickleValue): Children | null {
  if (value instanceof Map) return { container: value, items: value };
  const items = asItems(value);
  return items === null ? null : { container: items, items: items.entries() };
}
