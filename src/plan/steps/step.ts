import type { Border, MapGeometry, PlacedMap } from '../buffers.js';
import type { Job, JobKernel } from '../jobs/job.js';
import type { ConvLayer, PlanLayer, PlanValue } from '../layers.js';

/** A kernel over a row of tasks, which may run in any order. */
export interface KernelStep {
  /** The kernel. */
  readonly kernel: JobKernel;
  /** Byte address of its job block. */
  readonly job: number;
  /** Tasks 0 … tasks − 1. */
  readonly tasks: number;
}

/** Work that the calling thread does by itself. */
export interface HostStep {
  /** Does it. */
  run(): void;
}

/** What a plan is made of: each step needs the ones before it to be done. */
export type Step = KernelStep | HostStep;

/** Where a layer finds everything. */
export interface Placement {
  /** The map that is a value's, which has rank 4. */
  map(value: PlanValue): PlacedMap;
  /** Byte address of the row-major numbers that are a value's, which has another rank. */
  flat(value: PlanValue): number;
  /** Byte address of the layer's workspace, a multiple of 64. */
  readonly workspace: number;
  /** Copies the block of a job into memory. */
  place(job: Job): KernelStep;
  /**
   * Floats that depend on the network's weights alone, such as packed filters, at their place. Plans
   * share what they have under the same key.
   *
   * @param key - Says everything the numbers depend on.
   * @param fill - Writes all of them.
   */
  constants(key: string, length: number, fill: (target: Float32Array) => void): Float32Array;
}

/** Looks up how the map of a value, which has rank 4, will lie. */
export type GeometryOf = (value: PlanValue) => MapGeometry;

/** How one layer is going to be computed. */
export interface Recipe {
  /** Which way of several, as in `direct`. */
  readonly algorithm: string;
  /** Why this one; empty where there is no other. */
  readonly reason: string;
  /** The zeros that it reads around each of its inputs. */
  readonly borders: readonly Border[];
  /** Bytes it needs while it runs, and nobody before or after. */
  workspaceBytes(geometryOf: GeometryOf): number;
  /** Its steps. Called twice: first to see how much memory they take. */
  steps(at: Placement): readonly Step[];
  /** How the layer is computed a few rows at a time; left out where it is not. */
  readonly parts?: PartsOfLayer;
}

/** A convolution whose rows may be computed in parts, with the same bits. */
export interface PartsOfLayer {
  /** The layer. */
  readonly layer: ConvLayer;
  /** Parts start at multiples of so many rows, before pooling. */
  readonly rowStep: number;
  /**
   * The recipe of a part, by the same algorithm.
   *
   * @param part - The layer as if its rows were all: its input is what their windows cover, rows of
   *   padding included, and so it has none above and below.
   */
  of(part: ConvLayer): Recipe;
}

/** A layer, or several that are computed together: `bands` of a chain of convolutions. */
export interface Work extends Pick<PlanLayer, 'name' | 'inputs' | 'output'> {
  /** Kind of the layer. */
  readonly kind: PlanLayer['kind'] | 'bands';
}

/** Work, and how it is going to be done. */
export interface PreparedLayer {
  /** What. */
  readonly layer: Work;
  /** How. */
  readonly recipe: Recipe;
}

/** A placement whose workspace moves from layer to layer. */
export interface MovingPlacement extends Placement {
  workspace: number;
  /** The address of an offset in the memory of all values. */
  address(offset: number): number;
}
