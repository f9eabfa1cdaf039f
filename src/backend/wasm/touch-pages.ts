import type { FloatArray } from '../attributes.js';
import type { Arena } from './arena.js';
import type { Team } from './team/team.js';

/** Bytes touched per task. */
const STEP_BYTES = 2 ** 20;

/** Number of fields of `TouchJob` in kernels/touch-pages.ts. */
const JOB_WORDS = 3;

/** Memory and the threads that share it. */
interface SharedWork {
  readonly arena: Arena;
  readonly team: Team;
  readonly threads: number;
}

/**
 * Touches the pages of a buffer on all threads. The operating system spends time on each new page when it
 * is first written; several threads share that time, a single reader of a file cannot.
 *
 * @param buffer - Buffer in the arena; its contents are lost.
 */
export function touchPages({ arena, team, threads }: SharedWork, buffer: FloatArray): void {
  const { byteOffset: start, byteLength } = buffer;
  const tasks = Math.ceil(byteLength / STEP_BYTES);
  if (threads === 1 || tasks < 2) return;
  const job = arena.alloc(JOB_WORDS);
  const words = [start, start + byteLength, STEP_BYTES];
  new Int32Array(job.buffer, job.byteOffset, JOB_WORDS).set(words);
  try {
    team.run({ kernel: 'touch_pages', job: job.byteOffset, tasks }, threads);
  } finally {
    arena.free(job);
  }
}
