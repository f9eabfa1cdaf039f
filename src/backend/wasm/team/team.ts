import { FcnError } from '../../../core/errors.js';
import type { Kernels } from '../load.js';

/** Names of the kernels that take a job, a task number and a thread number. */
export type JobKernel = {
  [K in keyof Kernels]: Kernels[K] extends (job: number, task: number, thread: number) => void
    ? K
    : never;
}[keyof Kernels];

/** A row of tasks: each runs once, on any thread, in any order. */
export interface TaskRow {
  /** Name of the kernel. */
  readonly kernel: JobKernel;
  /** Byte address of its job block. */
  readonly job: number;
  /** Tasks 0 … tasks − 1. */
  readonly tasks: number;
}

/** Runs the tasks of plans: the calling thread, which is number 0, and its helpers. */
export interface Team {
  /**
   * Runs all tasks of a row and returns when they are done.
   *
   * @param threads - Threads 0 … threads − 1 may take part.
   * @throws {@link ThreadError} if a helper ended while it worked.
   */
  run(row: TaskRow, threads: number): void;
  /** Ends the helpers. Afterwards the calling thread runs all tasks. */
  dispose(): void;
}

/** Team of the calling thread alone. */
export function soloTeam(kernels: Kernels): Team {
  return {
    run({ kernel, job, tasks }) {
      if (!(kernel in kernels)) throw missingKernel(kernel);
      const perform = kernels[kernel];
      for (let task = 0; task < tasks; task++) perform(job, task, 0);
    },
    dispose: () => undefined,
  };
}

/** Error for a kernel that the compiled module does not export. */
export function missingKernel(name: string): FcnError {
  return new FcnError(
    `kernel ${name}: missing in the compiled kernels; rebuild them with npm run build:kernels`,
  );
}
