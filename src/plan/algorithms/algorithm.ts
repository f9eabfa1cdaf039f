import type { TaskRow } from '../../backend/wasm/team/team.js';
import type { Pair } from '../../core/shape.js';
import type { MapGeometry, PlacedMap } from '../memory/map-buffer.js';
import type { Border } from '../memory/border.js';
import type { Job } from './job.js';
import type { PlanValue } from '../layers/layers.js';
import type { Packing } from '../memory/packing.js';
import type { Rect } from '../../core/rect.js';
import type { UnitLayer } from '../layers/unit-layer.js';

/** A function that the calling thread runs alone. */
export interface HostStep {
  /** Runs the work. */
  run(): void;
}

/** One thing that a plan runs, after all steps before it. */
export type Step = TaskRow | HostStep;

/** The addresses that the steps of a unit use. */
export interface Placement {
  /**
   * Returns the map of a value of rank 4. Its address is that of the value's first pixel, even if that
   * pixel is not stored.
   */
  map(value: PlanValue): PlacedMap;
  /** Returns the byte address of a value of any other rank; its numbers are row-major. */
  flat(value: PlanValue): number;
  /** Byte address of the unit's workspace, a multiple of 64. */
  readonly workspace: number;
  /** Copies the block of a job into memory. */
  place(job: Job): TaskRow;
  /**
   * Returns floats that depend on the network's weights alone, such as packed filters. Plans share the
   * floats of a key.
   *
   * @param key - Names everything that the numbers depend on.
   */
  constants(key: string, length: number, packing: Packing): Float32Array;
}

/** Returns the geometry of the map of a value of rank 4. */
export type GeometryOf = (value: PlanValue) => MapGeometry;

/**
 * The parts of its output that an algorithm can compute alone. For a part it reads the pixels that the
 * part's own windows cover; no other pixel can change a bit.
 */
export interface PartRule {
  /** Parts start and end at multiples of these rows and columns, or end with the output. */
  readonly blocks: Pair;
  /** True if the bits of a pixel do not depend on the part that computes it. */
  readonly seamless: boolean;
  /**
   * A part may be cut after each multiple of this number of rows without a change of bits; undefined if
   * it may not be cut.
   */
  readonly rowStep?: number;
}

/** A way to compute one unit. */
export interface Algorithm {
  /** Name of the algorithm, such as `direct`. */
  readonly name: string;
  /** Reason for the choice; empty if there is no alternative. */
  readonly reason: string;
  /** Zeros that it reads around each input. */
  readonly borders: readonly Border[];
  /** The parts that can be computed alone; undefined if the whole output is always computed. */
  readonly parts?: PartRule;
  /**
   * Scratch bytes, needed only while it runs on `threads` threads.
   *
   * @param part - Part of the output, not empty; the whole output in a plan without a region.
   */
  workspaceBytes(geometryOf: GeometryOf, part: Rect, threads: number): number;
  /** Returns the steps for a part. It is called more than once: the first call measures memory. */
  steps(at: Placement, part: Rect): readonly Step[];
}

/** A layer, or a chain in bands, and the algorithm that computes it. */
export interface Unit {
  /** The layer or the chain. */
  readonly layer: UnitLayer;
  /** The algorithm. */
  readonly algorithm: Algorithm;
}
