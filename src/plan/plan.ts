import type { Pair, Shape } from '../core/shape.js';
import type { PlanMode } from './layers/plan-mode.js';

export type { PlanMode } from './layers/plan-mode.js';

/** Description of a layer of a plan. */
export interface LayerDescription {
  /** Name of the layer. */
  readonly name: string;
  /** Its kind, such as `conv`. */
  readonly kind: string;
  /** Name of its algorithm, such as `direct`. */
  readonly algorithm: string;
  /** Reason for the algorithm; empty if there is no alternative. */
  readonly reason: string;
  /** Shape of its output for one image: `[1, C, H, W]`. */
  readonly shape: Shape;
  /** Byte offset of its output in the plan's memory. */
  readonly offsetBytes: number;
  /** Bytes of its output, including the zeros around it; 0 if only some rows at a time are in memory. */
  readonly sizeBytes: number;
  /**
   * Bytes of scratch while it runs, for all threads. In a chain of layers in bands of rows, the last layer
   * has the workspace and the tasks of the chain.
   */
  readonly workspaceBytes: number;
  /** Number of tasks that threads share. */
  readonly tasks: number;
  /** Multiplications with an addition, every tap counted. */
  readonly macs: number;
  /** The part that is computed for later images; null if every image is computed as a whole. */
  readonly region: LayerRegion | null;
}

/** The part of a layer that a plan computes for images after the first. */
export interface LayerRegion extends Pick<
  LayerDescription,
  'offsetBytes' | 'sizeBytes' | 'workspaceBytes' | 'tasks' | 'macs'
> {
  /** Rows of the output that are computed: the first, and the one after the last. */
  readonly rows: Pair;
  /** Columns of the output that are computed, in the same form. */
  readonly columns: Pair;
}

/** A network made ready for inputs of one size. */
export interface Plan extends Disposable {
  /** `[N, C, H, W]` of each input, by its name. */
  readonly inputs: ReadonlyMap<string, Shape>;
  /** Shape of each output by its name; maps are `[N, C, H, W]`. */
  readonly outputs: ReadonlyMap<string, Shape>;
  /** Shape of the input; of several, of the first. */
  readonly inputShape: Shape;
  /** Shape of the output; of several, of the first. */
  readonly outputShape: Shape;
  /** `exact` or `fast`. */
  readonly mode: PlanMode;
  /** Threads that share its work; the output does not depend on their number. */
  readonly threads: number;
  /** Most bytes that the plan needs, without the model, with packed weights that it may share with other plans. */
  readonly predictedPeakBytes: number;
  /**
   * Bytes that the plan holds and does not share, also between runs. They decrease after the first image if
   * later images are computed in a region only.
   */
  readonly ownBytes: number;
  /** The layers in the order in which they run. */
  readonly layers: readonly LayerDescription[];
  /**
   * Digest of the layers and their algorithms: 16 hexadecimal digits. It does not depend on
   * addresses or the number of threads.
   */
  readonly hash: string;
  /**
   * Computes the output of a network that has one, from the only input.
   *
   * @param input - As many numbers as `inputShape` has elements, row-major.
   * @returns The output, row-major, in memory of its own.
   * @throws {@link ShapeError} if the count differs; {@link FcnError} after `dispose`, and if the network
   *   has several inputs or outputs; {@link ThreadError} if a thread ended meanwhile: there is no output,
   *   but the plan can run again.
   */
  run(input: Float32Array): Float32Array;
  /**
   * Computes all outputs.
   *
   * @param inputs - For each input, as many numbers as its shape has elements, row-major.
   * @returns For each output, its numbers, row-major, in memory of their own.
   * @throws {@link ShapeError} if names or counts differ; {@link FcnError} after `dispose`.
   */
  run(inputs: ReadonlyMap<string, Float32Array>): Map<string, Float32Array>;
  /**
   * Computes the output of a plan for one image, with one input and one output, without a copy.
   *
   * @returns The output in the backend's memory, until the plan runs again or is disposed of.
   * @throws As `run`, and {@link ShapeError} if the plan is for more than one image.
   */
  runInPlace(input: Float32Array): Float32Array;
  /** Computes all outputs of a plan for one image without a copy. */
  runInPlace(inputs: ReadonlyMap<string, Float32Array>): Map<string, Float32Array>;
  /** Frees the plan's memory. */
  dispose(): void;
}
