import type { JobKernel } from '../../backend/wasm/team/team.js';

/**
 * What a kernel is started with. Tasks 0 … `tasks` − 1 may run on any threads, in any order, each once:
 * the result has the same bits.
 */
export interface Job {
  /** Name of the exported function `(job, task, thread)`. */
  readonly kernel: JobKernel;
  /**
   * The job block, to be copied to any address that is a multiple of 16. It holds the addresses of maps
   * and weights, but none of itself; kernels write into its end.
   */
  readonly words: Int32Array;
  /** Number of tasks. */
  readonly tasks: number;
}

/** The bits of a float32, for a field of a job. */
export function bitsOf(value: number): number {
  return new Int32Array(Float32Array.of(value).buffer)[0];
}
