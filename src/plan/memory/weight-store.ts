import type { WasmBackend } from '../../backend/wasm/index.js';
import type { Packing } from './packing.js';

/** Weights that were packed before. */
export interface PackedWeights {
  /**
   * Fills `target` with the packed weights of a key.
   *
   * @returns False if the key is missing; `target` is then unchanged.
   * @throws {@link FcnError} if the packed weights have another length.
   */
  read(key: string, target: Float32Array): boolean;
}

/** Floats, and the number of plans that read them. */
interface Entry {
  readonly floats: Float32Array;
  readers: number;
}

const stores = new WeakMap<WasmBackend, Map<string, Entry>>();

/**
 * Packed weights of all plans on a backend: computed once, kept while a plan reads them.
 *
 * Each key contains a digest of the weights, so that a network that was trained between two compilations
 * is packed again.
 */
export class WeightStore {
  readonly #backend: WasmBackend;
  readonly #entries: Map<string, Entry>;
  readonly #packed: PackedWeights | undefined;
  readonly #read = new Set<string>();

  /**
   * Opens the store for one plan; free its weights with {@link WeightStore.release}.
   *
   * @param packed - Packed weights that are used before anything is packed.
   */
  constructor(backend: WasmBackend, packed?: PackedWeights) {
    this.#backend = backend;
    this.#packed = packed;
    this.#entries = stores.get(backend) ?? new Map<string, Entry>();
    stores.set(backend, this.#entries);
  }

  /**
   * Returns the floats of a key.
   *
   * @param packing - Writes the floats if the store does not have them.
   */
  floats(key: string, length: number, packing: Packing): Float32Array {
    const known = this.#entries.get(key);
    // A mark that was released on the backend may have freed the floats.
    const live = known !== undefined && this.#backend.isLive(known.floats);
    const entry = live ? known : this.#make(key, length, packing);
    if (!this.#read.has(key)) entry.readers++;
    this.#read.add(key);
    return entry.floats;
  }

  /** Releases all weights of the plan; those that no other plan reads are freed. */
  release(): void {
    for (const key of this.#read) {
      const entry = this.#entries.get(key);
      if (entry === undefined || --entry.readers > 0) continue;
      this.#entries.delete(key);
      if (this.#backend.isLive(entry.floats)) this.#backend.free(entry.floats);
    }
    this.#read.clear();
  }

  #make(key: string, length: number, packing: Packing): Entry {
    const floats = this.#backend.arena.alloc(length);
    try {
      if (!this.#readPacked(key, floats)) packing.write(floats, this.#backend);
    } catch (error) {
      this.#backend.free(floats);
      throw error;
    }
    const entry = { floats, readers: 0 };
    this.#entries.set(key, entry);
    return entry;
  }

  #readPacked(key: string, target: Float32Array): boolean {
    if (this.#packed === undefined) return false;
    this.#backend.prepare?.(target);
    return this.#packed.read(key, target);
  }
}

/** Returns all packed weights of a backend, by key. */
export function packedOn(backend: WasmBackend): ReadonlyMap<string, Float32Array> {
  const entries = stores.get(backend) ?? new Map<string, Entry>();
  return new Map([...entries].map(([key, { floats }]) => [key, floats]));
}
