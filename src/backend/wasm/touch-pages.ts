import type { FloatArray } from '../backend.js';
import type { Arena } from './arena.js';
import type { Team } from './team/team.js';

/** Bytes of a task: what a thread touches before it looks for more. */
const STEP_BYTES = 2 ** 20;

/** Fields of a `TouchJob` in kernels/touch-pages.ts. */
const JOB_WORDS = 3;

/** Memory, and the threads that work in it. */
interface SharedWork {
  readonly arena: Arena;
  readonly team: Team;
  readonly threads: number;
}

/**
 * Has all threads touch the pages of a buffer. New memory costs the system time, page by page, when it is
 * first written to; threads share that time, which a single reader of a file cannot.
 *
 * @param buffer - In the arena; what it holds is lost.
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
