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

/** What a helper has to know. It is sent to it. */
export interface HelperSetup {
  /** The compiled kernels. */
  readonly module: WebAssembly.Module;
  /** The memory that all threads work in. */
  readonly memory: WebAssembly.Memory;
  /** What the threads agree by. */
  readonly board: Int32Array;
  /** Its number: 1 or more. */
  readonly thread: number;
  /** True if it may watch out for work awake: there is a processor for each thread. */
  readonly spins: boolean;
}

/** What a helper says when it is ready. */
export const UP = 'up';

/** Works with the team until that ends. What a kernel throws is thrown on, and the team knows. */
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
      // Only a round that is still open has a row of tasks that may be read.
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

/** The kernels of an instance in an order in which all threads have them. */
export function kernelTable(module: WebAssembly.Module, exports: WebAssembly.Exports): KernelTable {
  return WebAssembly.Module.exports(module).map(({ name }) => exports[name] as KernelTable[number]);
}

/** Waits for an open round other than the last one; awake at first, then asleep. */
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
