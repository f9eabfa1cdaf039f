import type { WasmBackend } from '../../backend/wasm/index.js';
import type { TaskRow } from '../../backend/wasm/team/team.js';
import { placeMap, type MapGeometry, type PlacedMap } from '../memory/map-buffer.js';
import { roundUp } from '../memory/alignment.js';
import { ALIGNMENT } from '../memory/alignment.js';
import type { Job } from '../algorithms/job.js';
import type { PlanValue } from '../layers/layers.js';
import type { Packing } from '../memory/packing.js';
import type { Placement } from '../algorithms/algorithm.js';
import type { WeightStore } from '../memory/weight-store.js';

/** A placement whose workspace moves from layer to layer. */
export interface MovingPlacement extends Placement {
  workspace: number;
  /** Returns the address of an offset in the memory of all values. */
  address(offset: number): number;
}

/** The places of values; offsets are in bytes. */
export interface ValueLayout {
  /** Returns the map of a value, or null if its rank is not 4. */
  geometry(value: PlanValue): MapGeometry | null;
  /** Returns where its buffer starts, in the memory of all values. */
  offset(value: PlanValue): number;
}

/** Memory of steps without maps and workspaces, in bytes. */
export interface StepMemory {
  /** Bytes of the blocks of their jobs. */
  readonly jobBytes: number;
  /** Bytes of packed weights. */
  readonly constantBytes: number;
  /** Most bytes of packed weights and packing scratch at one time, while they are packed one by one. */
  readonly packingBytes: number;
  /** Keys of the packed weights. */
  readonly constantKeys: readonly string[];
}

/** A placement that only counts: addresses are offsets, and nothing is written. */
export class DryPlacement implements MovingPlacement {
  workspace = 0;
  readonly #layout: ValueLayout;
  readonly #constantKeys = new Set<string>();
  readonly #threads: number;
  #jobBytes = 0;
  #constantBytes = 0;
  #packingBytes = 0;

  /** @param threads - Number of threads that pack weights. */
  constructor(layout: ValueLayout, threads: number) {
    this.#layout = layout;
    this.#threads = threads;
  }

  map(value: PlanValue): PlacedMap {
    return placedMap(this.#layout, value, 0);
  }

  flat(value: PlanValue): number {
    return this.#layout.offset(value);
  }

  address(offset: number): number {
    return offset;
  }

  place({ kernel, words, tasks }: Job): TaskRow {
    this.#jobBytes += roundUp(words.byteLength, ALIGNMENT);
    return { kernel, job: 0, tasks };
  }

  constants(key: string, length: number, packing: Packing): Float32Array {
    if (!this.#constantKeys.has(key)) {
      this.#constantKeys.add(key);
      this.#constantBytes += roundUp(4 * length, ALIGNMENT);
      const scratch = packing.scratchBytes?.(this.#threads) ?? 0;
      this.#packingBytes = Math.max(this.#packingBytes, this.#constantBytes + scratch);
    }
    return new Float32Array(0);
  }

  /** Returns the memory that was requested so far. */
  counted(): StepMemory {
    return {
      jobBytes: this.#jobBytes,
      constantBytes: this.#constantBytes,
      packingBytes: this.#packingBytes,
      constantKeys: [...this.#constantKeys],
    };
  }
}

/** Parts of a {@link RealPlacement}. */
export interface PlacementParts {
  readonly backend: WasmBackend;
  readonly layout: ValueLayout;
  readonly weights: WeightStore;
  /** Byte address of the memory of all values. */
  readonly base: number;
  /** Byte address of the memory of the job blocks. */
  readonly jobs: number;
}

/** A placement in memory that has been allocated. */
export class RealPlacement implements MovingPlacement {
  workspace = 0;
  readonly #parts: PlacementParts;
  #nextJob: number;

  constructor(parts: PlacementParts) {
    this.#parts = parts;
    this.#nextJob = parts.jobs;
  }

  map(value: PlanValue): PlacedMap {
    return placedMap(this.#parts.layout, value, this.#parts.base);
  }

  flat(value: PlanValue): number {
    return this.address(this.#parts.layout.offset(value));
  }

  address(offset: number): number {
    return this.#parts.base + offset;
  }

  place({ kernel, words, tasks }: Job): TaskRow {
    const job = this.#nextJob;
    new Int32Array(this.#parts.backend.arena.memory.buffer, job, words.length).set(words);
    this.#nextJob += roundUp(words.byteLength, ALIGNMENT);
    return { kernel, job, tasks };
  }

  constants(key: string, length: number, packing: Packing): Float32Array {
    return this.#parts.weights.floats(key, length, packing);
  }
}

function placedMap(layout: ValueLayout, value: PlanValue, base: number): PlacedMap {
  const geometry = layout.geometry(value);
  if (geometry === null) throw new RangeError(`compile: ${value.name}: not a map`);
  return placeMap(geometry, base + layout.offset(value));
}
