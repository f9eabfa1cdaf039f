import type { JobKernel } from '../../backend/wasm/team/team.js';

/**
 * A kernel, its block of arguments and its number of tasks. Each of the tasks 0 … `tasks` − 1 runs once, on any
 * thread and in any order: the result has the same bits.
 */
export interface Job {
  /** Name of the exported function `(job, task, thread)`. */
  readonly kernel: JobKernel;
  /**
   * Block of arguments, which can be copied to any address that is a multiple of 16. It holds addresses of maps
   * and weights, but none within itself; kernels use its end as scratch.
   */
  readonly words: Int32Array;
  /** Number of tasks. */
  readonly tasks: number;
}

/** Returns the bits of a float32, for a field of a job. */
export function bitsOf(value: number): number {
  return new Int32Array(Float32Array.of(value).buffer)[0];
}
