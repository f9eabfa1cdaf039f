import type { TaskRow } from '../../backend/wasm/team/team.js';
import type { Pair } from '../../core/shape.js';
import type { MapGeometry, PlacedMap } from '../memory/map-buffer.js';
import type { Border } from '../memory/border.js';
import type { Job } from './job.js';
import type { PlanValue } from '../layers/layers.js';
import type { Packing } from '../memory/packing.js';
import type { Rect } from '../../core/rect.js';
import type { UnitLayer } from '../layers/unit-layer.js';

/** Work that the calling thread does by itself. */
export interface HostStep {
  /** Does it. */
  run(): void;
}

/** What a plan is made of: each step needs the ones before it to be done. */
export type Step = TaskRow | HostStep;

/** Where a layer finds everything. */
export interface Placement {
  /**
   * The map that is a value's, which has rank 4. Its address is that of the value's first pixel, whether
   * that pixel is kept or not.
   */
  map(value: PlanValue): PlacedMap;
  /** Byte address of the row-major numbers that are a value's, which has another rank. */
  flat(value: PlanValue): number;
  /** Byte address of the layer's workspace, a multiple of 64. */
  readonly workspace: number;
  /** Copies the block of a job into memory. */
  place(job: Job): TaskRow;
  /**
   * Floats that depend on the network's weights alone, such as packed filters, at their place. Plans
   * share what they have under the same key.
   *
   * @param key - Says everything the numbers depend on.
   */
  constants(key: string, length: number, packing: Packing): Float32Array;
}

/** Looks up how the map of a value, which has rank 4, will lie. */
export type GeometryOf = (value: PlanValue) => MapGeometry;

/**
 * How an algorithm computes a part of its output. It reads what the part's own windows cover, and nothing
 * else that could change a bit.
 */
export interface PartRule {
  /** Parts start at multiples of these rows and columns; they end so, too, or with the output. */
  readonly blocks: Pair;
  /** True if a pixel has the same bits in whatever part it is computed. */
  readonly seamless: boolean;
  /**
   * A part may be cut behind every so many of its rows, which changes no bit; left out where it may not
   * be cut.
   */
  readonly rowStep?: number;
}

/** How one layer is going to be computed. */
export interface Algorithm {
  /** Which way of several, as in `direct`. */
  readonly name: string;
  /** Why this one; empty where there is no other. */
  readonly reason: string;
  /** The zeros that it reads around each of its inputs. */
  readonly borders: readonly Border[];
  /** How parts of its output can be computed; without, always all of it is. */
  readonly parts?: PartRule;
  /**
   * Bytes it needs while it runs on so many threads, and nobody before or after.
   *
   * @param part - Of the output, not empty; all of it in a plan without a region.
   */
  workspaceBytes(geometryOf: GeometryOf, part: Rect, threads: number): number;
  /** Its steps for a part. Called more than once: first to see how much memory they take. */
  steps(at: Placement, part: Rect): readonly Step[];
}

/** Work and how it is done, which part of it apart. */
export interface Unit {
  /** What. */
  readonly layer: UnitLayer;
  /** How. */
  readonly algorithm: Algorithm;
}
