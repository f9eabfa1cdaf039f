/**
 * What the threads of a team read and write together: a few words of shared memory, each on cache lines
 * of its own.
 *
 * Work comes in rounds. The calling thread writes down a row of tasks and makes the round's number odd;
 * whoever is there takes one task after another from a common counter; when the counter has run out, the
 * calling thread makes the number even and waits for those who are still at their last task. A helper
 * says that it is at work before it looks whether the round is open, and the calling thread closes the
 * round before it looks who is at work: so none comes in unseen, and one that sleeps through a round is
 * not waited for.
 */

/** Words from one to the next: 128 bytes, for processors that fetch lines in pairs. */
const APART = 32;

/** Number of the round: odd while tasks can be taken. Helpers sleep on it. */
export const ROUND = 0;

/** The next task that nobody has taken. */
const TICKET = APART;

/** The row of tasks: index of the kernel, address of the job, number of tasks, most threads. */
const KERNEL = 2 * APART;
const JOB = KERNEL + 1;
const TASKS = KERNEL + 2;
const THREADS = KERNEL + 3;

/** Not 0 when helpers are to end. */
const ENDED = 3 * APART;

/** What a helper does, one word each. The calling thread sleeps on it. */
const FIRST_STATE = 4 * APART;

/** What a helper does. */
export const STATE = {
  /** Nothing, or it does not exist. */
  away: 0,
  /** It takes tasks. */
  atWork: 1,
  /** The same, and the calling thread sleeps until it is away. */
  awaited: 2,
  /** A kernel has failed on it. */
  failed: 3,
} as const;

/** What a thread takes tasks with: the kernels in the order of the module's exports. */
export type KernelTable = readonly ((job: number, task: number, thread: number) => void)[];

/** A row of tasks as written on the board. */
export interface PostedRow {
  /** Index into the {@link KernelTable}. */
  readonly kernel: number;
  /** Byte address of the job block. */
  readonly job: number;
  /** Number of tasks. */
  readonly tasks: number;
  /** Threads with a lower number may take part. */
  readonly threads: number;
}

/** Looks at a shared word so many times, some ten microseconds, before a thread goes to sleep on it. */
export const SPINS = 4000;

/** A board for so many threads, all away. */
export function createBoard(threads: number): Int32Array {
  return new Int32Array(new SharedArrayBuffer(4 * (FIRST_STATE + threads * APART)));
}

/** Index of the word that says what a thread does. */
export function stateOf(thread: number): number {
  return FIRST_STATE + thread * APART;
}

/** Opens a round and wakes the helpers. */
export function openRound(board: Int32Array, row: PostedRow): void {
  board[KERNEL] = row.kernel;
  board[JOB] = row.job;
  board[TASKS] = row.tasks;
  board[THREADS] = row.threads;
  Atomics.store(board, TICKET, 0);
  nextRound(board);
}

/** Ends a round: no helper comes in any more, but some may still be at work. */
export function closeRound(board: Int32Array): void {
  Atomics.add(board, ROUND, 1);
}

/** Tells the helpers to end. */
export function endAll(board: Int32Array): void {
  Atomics.store(board, ENDED, 1);
  nextRound(board);
}

/** True once the helpers are to end. */
export function isEnded(board: Int32Array): boolean {
  return Atomics.load(board, ENDED) !== 0;
}

/** True if a thread may take part in the round that is open. */
export function mayTakePart(board: Int32Array, thread: number): boolean {
  return thread < board[THREADS];
}

/** Does tasks of the open round until all are taken. */
export function takeTasks(board: Int32Array, kernels: KernelTable, thread: number): void {
  const perform = kernels[board[KERNEL]];
  const job = board[JOB];
  const tasks = board[TASKS];
  for (;;) {
    const task = Atomics.add(board, TICKET, 1);
    if (task >= tasks) return;
    perform(job, task, thread);
  }
}

function nextRound(board: Int32Array): void {
  Atomics.add(board, ROUND, 1);
  Atomics.notify(board, ROUND);
}
