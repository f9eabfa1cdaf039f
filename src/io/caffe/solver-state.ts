import type { Blob } from './blobs.js';

/** Where a run of Caffe's stood. */
export interface SolverState {
  /** Steps made. */
  readonly iteration: number;
  /** The caffemodel that was written with it. */
  readonly learnedNet: string;
  /** How many of its rates a policy with steps has used up. */
  readonly currentStep: number;
  /** What the solver remembers, in the order of the network's learned parameters. */
  readonly history: readonly Blob[];
}
