/**
 * Shared state of a team of threads: a few words of shared memory, each on its own cache lines.
 *
 * Work is done in rounds. The calling thread writes a row of tasks and makes the round number odd.
 * Every thread takes one task after another from a common counter. When no task is left, the calling
 * thread makes the number even and waits for the helpers that still run their last task. A helper marks
 * itself at work before it checks that the round is open; the calling thread closes the round before it
 * checks which helpers are at work. So no helper starts unseen, and a helper that sleeps through a round
 * is not waited for.
 */

/** Distance between shared words: 128 bytes, for processors that fetch cache lines in pairs. */
const APART = 32;

/** Round number: odd while tasks can be taken. Helpers sleep on this word. */
export const ROUND = 0;

/** Next task to take. */
const TICKET = APART;

/** The row of tasks: index of the kernel, address of the job, number of tasks, maximum of threads. */
const KERNEL = 2 * APART;
const JOB = KERNEL + 1;
const TASKS = KERNEL + 2;
const THREADS = KERNEL + 3;

/** Not 0 if the helpers must end. */
const ENDED = 3 * APART;

/** State of each helper, one word each. The calling thread sleeps on these words. */
const FIRST_STATE = 4 * APART;

/** States of a helper. */
export const STATE = {
  /** Idle or not started. */
  away: 0,
  /** Takes tasks. */
  atWork: 1,
  /** Takes tasks, and the calling thread sleeps until it is away. */
  awaited: 2,
  /** A kernel failed on this helper. */
  failed: 3,
} as const;

/** The kernels in the order of the module's exports. */
export type KernelTable = readonly ((job: number, task: number, thread: number) => void)[];

/** A row of tasks on the board. */
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

/** Reads of a shared word, about ten microseconds, before a thread sleeps on it. */
export const SPINS = 4000;

/** Creates a board for `threads` threads, all away. */
export function createBoard(threads: number): Int32Array {
  return new Int32Array(new SharedArrayBuffer(4 * (FIRST_STATE + threads * APART)));
}

/** Index of the state word of a thread. */
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

/** Ends a round: no helper can start any more, but some may still be at work. */
export function closeRound(board: Int32Array): void {
  Atomics.add(board, ROUND, 1);
}

/** Makes the helpers end. */
export function endAll(board: Int32Array): void {
  Atomics.store(board, ENDED, 1);
  nextRound(board);
}

/** True once the helpers must end. */
export function isEnded(board: Int32Array): boolean {
  return Atomics.load(board, ENDED) !== 0;
}

/** True if a thread may take part in the open round. */
export function mayTakePart(board: Int32Array, thread: number): boolean {
  return thread < board[THREADS];
}

/** Runs tasks of the open round until none is left. */
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
