import {
  isEnded,
  mayTakePart,
  ROUND,
  SPINS,
  STATE,
  stateOf,
  takeTasks,
  type KernelTable,
} from './board.js';

/** Setup of a helper, sent to its thread. */
export interface HelperSetup {
  /** The compiled kernels. */
  readonly module: WebAssembly.Module;
  /** The memory shared by all threads. */
  readonly memory: WebAssembly.Memory;
  /** The {@link createBoard | board} shared by all threads. */
  readonly board: Int32Array;
  /** Number of the thread: 1 or more. */
  readonly thread: number;
  /** True if it may spin while it waits: there is a processor for each thread. */
  readonly spins: boolean;
}

/** Message of a helper that is ready. */
export const UP = 'up';

/** Runs tasks until the team ends. An error in a kernel is rethrown, after it was noted on the board. */
export function serve({ module, memory, board, thread, spins }: HelperSetup): void {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const kernels = kernelTable(module, exports);
  const state = stateOf(thread);
  let round = 0;
  for (;;) {
    round = roundAfter(board, round, spins ? SPINS : 0);
    if (isEnded(board)) return;
    Atomics.store(board, state, STATE.atWork);
    try {
      // The row of tasks is valid only while the round is open.
      if (Atomics.load(board, ROUND) === round && mayTakePart(board, thread)) {
        takeTasks(board, kernels, thread);
      }
    } catch (error) {
      leave(board, state, STATE.failed);
      throw error;
    }
    leave(board, state, STATE.away);
  }
}

/** Kernels of an instance, in the same order on all threads. */
export function kernelTable(module: WebAssembly.Module, exports: WebAssembly.Exports): KernelTable {
  return WebAssembly.Module.exports(module).map(({ name }) => exports[name] as KernelTable[number]);
}

/** Waits for an open round after `last`: spins first, then sleeps. */
function roundAfter(board: Int32Array, last: number, spins: number): number {
  let left = spins;
  for (;;) {
    const round = Atomics.load(board, ROUND);
    if (round !== last && (round & 1) === 1) return round;
    if (left-- > 0) continue;
    Atomics.wait(board, ROUND, round);
    left = spins;
  }
}

function leave(board: Int32Array, state: number, as: number): void {
  if (Atomics.exchange(board, state, as) === STATE.awaited) Atomics.notify(board, state);
}
