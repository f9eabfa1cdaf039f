import type { ParseError } from '../core/errors.js';
import type { NamedArray } from '../core/named-arrays.js';
import { numel } from '../core/shape.js';
import { toFloat32, type TypedArray } from './elements.js';
import { isRowMajor, toRowMajor } from './strided.js';
import type { TorchStorage, TorchTensor } from './torch-globals.js';

/** Source of the numbers of storages. */
export interface StorageReader {
  /** Returns all numbers of a storage, in memory that the caller owns. */
  readonly read: (storage: TorchStorage) => TypedArray;
  /** An error that names the file. */
  readonly error: (reason: string) => ParseError;
}

/**
 * Limit of elements that tensors may have beyond those of their storages: a view with stride 0 repeats numbers,
 * so that a few bytes could need any amount of memory.
 */
const MOST_REPEATED_ELEMENTS = 2 ** 22;

/**
 * Reads tensors one after another, as float32. Each storage is read once; a tensor that covers its
 * whole storage takes over the memory without a copy.
 */
export class TensorLoader {
  readonly #reader: StorageReader;
  readonly #storages = new Map<string, { readonly numbers: TypedArray; taken: boolean }>();
  #elementsToSpare = MOST_REPEATED_ELEMENTS;

  constructor(reader: StorageReader) {
    this.#reader = reader;
  }

  /** @throws {@link ParseError} if the storage is damaged, or tensors repeat it too often. */
  load(tensor: TorchTensor): NamedArray {
    const { storage, shape, strides, offset } = tensor;
    const loaded = this.#loadStorage(storage);
    const layout = { shape, strides, offset: storage.offset + offset };
    const count = numel(shape);
    this.#elementsToSpare -= count;
    if (this.#elementsToSpare < 0) {
      throw this.#reader.error(`too many repeated numbers of storage "${storage.key}"`);
    }
    if (!loaded.taken && count === loaded.numbers.length && isRowMajor(layout)) {
      loaded.taken = true;
      return { shape, data: toFloat32(loaded.numbers) };
    }
    return { shape, data: toFloat32(toRowMajor(loaded.numbers, layout)) };
  }

  #loadStorage(storage: TorchStorage): { readonly numbers: TypedArray; taken: boolean } {
    const known = this.#storages.get(storage.key);
    if (known !== undefined) return known;
    const loaded = { numbers: this.#reader.read(storage), taken: false };
    this.#storages.set(storage.key, loaded);
    this.#elementsToSpare += loaded.numbers.length;
    return loaded;
  }
}
