import { FcnError } from '../../../core/errors.js';
import type { Kernels } from '../load.js';

/** Kernels that take a job, the number of a task and that of the thread which runs it. */
export type JobKernel = {
  [K in keyof Kernels]: Kernels[K] extends (job: number, task: number, thread: number) => void
    ? K
    : never;
}[keyof Kernels];

/** Tasks of which each may run on any thread, in any order, once. */
export interface TaskRow {
  /** Name of the kernel. */
  readonly kernel: JobKernel;
  /** Byte address of its job block. */
  readonly job: number;
  /** Tasks 0 … tasks − 1. */
  readonly tasks: number;
}

/** Those who do the tasks of plans: the calling thread, which is number 0, and its helpers. */
export interface Team {
  /**
   * Does all tasks of a row; when it returns, they are done.
   *
   * @param threads - The most that may take part: threads 0 … threads − 1.
   * @throws {@link ThreadError} if a helper ended while it worked.
   */
  run(row: TaskRow, threads: number): void;
  /** Ends the helpers. From now on the calling thread does everything. */
  dispose(): void;
}

/** A team of the calling thread alone. */
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
