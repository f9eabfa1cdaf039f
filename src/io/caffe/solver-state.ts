import type { Blob } from './blobs.js';

/** State of a training run of Caffe. */
export interface SolverState {
  /** Number of completed iterations. */
  readonly iteration: number;
  /** The caffemodel that was written with it. */
  readonly learnedNet: string;
  /** Index of the current step of a learning-rate policy with steps. */
  readonly currentStep: number;
  /** History of the solver, in the order of the network's learned parameters. */
  readonly history: readonly Blob[];
}
