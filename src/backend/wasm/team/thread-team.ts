import { FcnError, ThreadError } from '../../../core/errors.js';
import type { Kernels } from '../load.js';
import {
  closeRound,
  createBoard,
  endAll,
  openRound,
  SPINS,
  STATE,
  stateOf,
  takeTasks,
  type KernelTable,
} from './board.js';
import { kernelTable } from './serve.js';
import { missingKernel, type TaskRow, type Team } from './team.js';
import type { Platform, Thread } from './thread.js';

/** Options of {@link ThreadTeam.gather}. */
export interface TeamParts extends Platform {
  /** The compiled kernels. */
  readonly module: WebAssembly.Module;
  /** The kernels' functions over shared memory. */
  readonly kernels: Kernels;
  /** The shared memory. */
  readonly memory: WebAssembly.Memory;
  /** Number of threads: the calling one and its helpers. */
  readonly threads: number;
}

/** Interval of the checks that a helper is still alive, in milliseconds. */
const LOOK_MS = 50;

/** The calling thread and its helpers. A helper that ends is replaced; until then the others run its tasks. */
export class ThreadTeam implements Team {
  readonly #parts: TeamParts;
  readonly #board: Int32Array;
  readonly #kernels: KernelTable;
  readonly #kernelIndex: ReadonlyMap<string, number>;
  readonly #helpers = new Map<number, Thread>();
  readonly #spins: number;
  readonly #canSleep = mayBlock();
  #ended = false;

  private constructor(parts: TeamParts) {
    const { module, kernels } = parts;
    this.#parts = parts;
    this.#board = createBoard(parts.threads);
    this.#kernels = kernelTable(module, kernels);
    this.#kernelIndex = new Map(WebAssembly.Module.exports(module).map(({ name }, i) => [name, i]));
    this.#spins = parts.threads <= parts.processors ? SPINS : 0;
  }

  /**
   * Starts the helpers and waits until they are ready.
   *
   * @throws {@link FcnError} if a helper cannot be started.
   */
  static async gather(parts: TeamParts): Promise<ThreadTeam> {
    const team = new ThreadTeam(parts);
    try {
      for (let thread = 1; thread < parts.threads; thread++) team.#start(thread);
      await team.complete();
      return team;
    } catch (cause) {
      team.dispose();
      throw new FcnError(`threads: cannot start ${String(parts.threads)} threads`, { cause });
    }
  }

  /** Resolves when all started helpers are ready; rejects if one cannot be started. */
  async complete(): Promise<void> {
    await Promise.all([...this.#helpers.values()].map(({ up }) => up));
  }

  run(row: TaskRow, threads: number): void {
    const kernel = this.#kernelIndex.get(row.kernel);
    if (kernel === undefined) throw missingKernel(row.kernel);
    const { job, tasks } = row;
    if (this.#ended || Math.min(threads, tasks) < 2) {
      for (let task = 0; task < tasks; task++) this.#kernels[kernel](job, task, 0);
      return;
    }
    openRound(this.#board, { kernel, job, tasks, threads });
    let lost: readonly number[];
    try {
      takeTasks(this.#board, this.#kernels, 0);
    } finally {
      closeRound(this.#board);
      lost = [...this.#helpers.keys()].filter((thread) => !this.#hasLeft(thread));
      for (const thread of lost) this.#replace(thread);
    }
    if (lost.length > 0) {
      throw new ThreadError(
        `thread ${lost.map(String).join(', ')} of ${String(this.#parts.threads)} ended in ${row.kernel}; ` +
          'its result is lost; the next run uses a new thread',
      );
    }
  }

  dispose(): void {
    if (this.#ended) return;
    this.#ended = true;
    endAll(this.#board);
    this.#helpers.clear();
  }

  #start(thread: number): void {
    const { module, memory, start } = this.#parts;
    const spins = this.#spins > 0;
    const helper = start({ module, memory, board: this.#board, thread, spins });
    this.#helpers.set(thread, helper);
    const replace = (): void => {
      if (this.#helpers.get(thread) === helper) this.#replace(thread);
    };
    // A helper that never became ready is not restarted: it would fail again.
    void helper.up.then(
      () => helper.gone.then(replace),
      () => {
        if (this.#helpers.get(thread) === helper) this.#helpers.delete(thread);
      },
    );
  }

  #replace(thread: number): void {
    this.#helpers.get(thread)?.end();
    this.#helpers.delete(thread);
    Atomics.store(this.#board, stateOf(thread), STATE.away);
    if (!this.#ended) this.#start(thread);
  }

  /** Waits for a helper. Returns true once it is away, false if it failed or no longer exists. */
  #hasLeft(thread: number): boolean {
    const board = this.#board;
    const state = stateOf(thread);
    for (let left = this.#spins; ; left--) {
      const now = Atomics.load(board, state);
      if (now === STATE.away) return true;
      if (now === STATE.failed) return false;
      if (left > 0 || !this.#canSleep) continue;
      Atomics.compareExchange(board, state, STATE.atWork, STATE.awaited);
      const slept = Atomics.wait(board, state, STATE.awaited, LOOK_MS);
      if (slept === 'timed-out' && !this.#helpers.get(thread)?.isAlive()) {
        return Atomics.load(board, state) === STATE.away;
      }
    }
  }
}

/** False on the main thread of a web page, which cannot sleep. */
function mayBlock(): boolean {
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1, 0);
    return true;
  } catch {
    return false;
  }
}
