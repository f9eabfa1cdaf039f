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
  /** The address of an offset in the memory of all values. */
  address(offset: number): number;
}

/** Where values lie; offsets are in bytes. */
export interface ValueLayout {
  /** The map of a value, or null where it has not rank 4. */
  geometry(value: PlanValue): MapGeometry | null;
  /** Where its buffer starts, in the memory of all values. */
  offset(value: PlanValue): number;
}

/** What steps take besides maps and workspace, in bytes. */
export interface StepMemory {
  /** For the blocks of their jobs. */
  readonly jobBytes: number;
  /** For what depends on the weights alone. */
  readonly constantBytes: number;
  /** The most of that and of what it takes to write it, while one is written after another. */
  readonly packingBytes: number;
  /** What that is. */
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

  /** @param threads - Those that pack weights. */
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

  /** What has been asked for up to now. */
  counted(): StepMemory {
    return {
      jobBytes: this.#jobBytes,
      constantBytes: this.#constantBytes,
      packingBytes: this.#packingBytes,
      constantKeys: [...this.#constantKeys],
    };
  }
}

/** What a {@link RealPlacement} is made of. */
export interface PlacementParts {
  readonly backend: WasmBackend;
  readonly layout: ValueLayout;
  readonly weights: WeightStore;
  /** Byte address of the memory of all values. */
  readonly base: number;
  /** Byte address of that of the job blocks. */
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
  if (geometry === null) throw new RangeError(`${value.name} is not a map`);
  return placeMap(geometry, base + layout.offset(value));
}
