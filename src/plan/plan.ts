import type { Pair, Shape } from '../core/shape.js';
import type { PlanMode } from './layers/plan-mode.js';

export type { PlanMode } from './layers/plan-mode.js';

/** What a plan says about one of its layers. */
export interface LayerDescription {
  /** Name of the layer. */
  readonly name: string;
  /** Its kind, such as `conv`. */
  readonly kind: string;
  /** How it is computed, such as `direct`. */
  readonly algorithm: string;
  /** Why so; empty where there is no other way. */
  readonly reason: string;
  /** What it writes, for one image: `[1, C, H, W]`. */
  readonly shape: Shape;
  /** Where in the plan's memory that lies, in bytes. */
  readonly offsetBytes: number;
  /** How much of it that takes, zeros around included; 0 if only some rows at a time are in memory. */
  readonly sizeBytes: number;
  /**
   * What it needs besides while it runs, on all threads. Of layers that are computed in bands of rows
   * together, the last has the workspace and the tasks of all.
   */
  readonly workspaceBytes: number;
  /** Parts into which its work is cut, for several threads. */
  readonly tasks: number;
  /** Multiplications with an addition, every tap counted. */
  readonly macs: number;
  /** What of it is computed for images after the first; null in a plan that computes all of every image. */
  readonly region: LayerRegion | null;
}

/** What a plan says about the part of a layer that it computes for images after the first. */
export interface LayerRegion extends Pick<
  LayerDescription,
  'offsetBytes' | 'sizeBytes' | 'workspaceBytes' | 'tasks' | 'macs'
> {
  /** Rows of the output that are computed: the first, and the one behind the last. */
  readonly rows: Pair;
  /** The same of columns. */
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
  /** How it computes. */
  readonly mode: PlanMode;
  /** Threads that share its work; no bit of the output depends on them. */
  readonly threads: number;
  /** Memory that the plan takes besides the model, weights that it may share with others included. */
  readonly predictedPeakBytes: number;
  /**
   * What of it the plan holds for itself from now on, not shared and not only while it runs. Less from the second
   * image on, where only a part of it is computed.
   */
  readonly ownBytes: number;
  /** The layers in the order in which they run. */
  readonly layers: readonly LayerDescription[];
  /**
   * Tells plans apart that compute something else, or in another way: 16 hexadecimal digits. Where things
   * lie in memory and how many threads there are does not matter.
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
   * The same for a plan of one image, with one input and output, without a copy.
   *
   * @returns The output in the backend's memory, until the plan runs again or is disposed of.
   * @throws Besides, {@link ShapeError} if the plan is for more images than one.
   */
  runInPlace(input: Float32Array): Float32Array;
  /** The same for a plan of one image, with outputs of any number. */
  runInPlace(inputs: ReadonlyMap<string, Float32Array>): Map<string, Float32Array>;
  /** Gives the plan's memory back. */
  dispose(): void;
}
