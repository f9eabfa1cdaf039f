import type { WasmBackend } from '../../backend/wasm/index.js';
import type { Packing } from './packing.js';

/** Weights that were packed before. */
export interface PackedWeights {
  /**
   * Fills `target` with what plans keep under a key.
   *
   * @returns False, and does nothing, if that is not there.
   * @throws {@link FcnError} if it is there in another length.
   */
  read(key: string, target: Float32Array): boolean;
}

/** Floats that several plans read, and how many do. */
interface Entry {
  readonly floats: Float32Array;
  readers: number;
}

const stores = new WeakMap<WasmBackend, Map<string, Entry>>();

/**
 * Packed weights of all plans on a backend: computed once, kept while a plan reads them.
 *
 * What is kept is told apart by a key that contains a digest of the weights it was packed from, so that
 * a network which learned between two compilations is packed anew.
 */
export class WeightStore {
  readonly #backend: WasmBackend;
  readonly #entries: Map<string, Entry>;
  readonly #packed: PackedWeights | undefined;
  readonly #read = new Set<string>();

  /**
   * What one plan reads; give it back with {@link WeightStore.release}.
   *
   * @param packed - Where to look before anything is packed.
   */
  constructor(backend: WasmBackend, packed?: PackedWeights) {
    this.#backend = backend;
    this.#packed = packed;
    this.#entries = stores.get(backend) ?? new Map<string, Entry>();
    stores.set(backend, this.#entries);
  }

  /**
   * The floats under a key.
   *
   * @param packing - Writes them, if nobody has yet.
   */
  floats(key: string, length: number, packing: Packing): Float32Array {
    const known = this.#entries.get(key);
    // What the owner of the backend has released altogether is gone for us, too.
    const live = known !== undefined && this.#backend.isLive(known.floats);
    const entry = live ? known : this.#make(key, length, packing);
    if (!this.#read.has(key)) entry.readers++;
    this.#read.add(key);
    return entry.floats;
  }

  /** Gives up everything; what no other plan reads is freed. */
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

/** Everything that is packed on a backend now, by its keys. */
export function packedOn(backend: WasmBackend): ReadonlyMap<string, Float32Array> {
  const entries = stores.get(backend) ?? new Map<string, Entry>();
  return new Map([...entries].map(([key, { floats }]) => [key, floats]));
}
