import { checkOptions, wholeNumber, type OptionChecks } from '../../core/check-options.js';
import type { Backend } from '../backend.js';
import { Arena } from './arena.js';
import { convKernels } from './conv.js';
import { elementwiseKernels } from './elementwise.js';
import { compiledKernels, loadKernels, type Kernels } from './load.js';
import { normalisationKernels } from './normalisation.js';
import { optimizerKernels } from './optimizer.js';
import { poolingKernels } from './pooling.js';
import { probabilityKernels } from './probability.js';
import { resizeKernels } from './resize.js';
import { soloTeam, type Team } from './team/team.js';
import { ThreadTeam } from './team/thread-team.js';
import { touchPages } from './touch-pages.js';
import { currentPlatform, obstacleToSharing } from './team/platform.js';

/** Number of threads of a backend, and the reason for it. */
export interface Threading {
  /** Threads for plans, including the calling one. */
  readonly threads: number;
  /** Human-readable reason for this thread count. */
  readonly reason: string;
}

/** A backend on WASM SIMD kernels. */
export interface WasmBackend extends Backend, Disposable {
  /** Memory of its buffers. */
  readonly arena: Arena;
  /** Threads for plans. Single ops run on the calling thread. */
  readonly threading: Threading;
  /**
   * The kernels over the arena's memory, for plans.
   *
   * @internal
   */
  readonly kernels: Kernels;
  /**
   * The threads that run the kernels of plans.
   *
   * @internal
   */
  readonly team: Team;
  /** Ends the helper threads. The backend stays usable on the calling thread. */
  dispose(): void;
}

/** Options of {@link createWasmBackend}. */
export interface WasmBackendOptions {
  /** Address space to reserve; default and maximum 4 GiB; pages cost nothing until used. */
  readonly capacityBytes?: number;
  /**
   * Threads for plans, including the calling one; default 1. If memory cannot be shared, as on a web page
   * that is not cross-origin isolated, one thread is used: see {@link WasmBackend.threading}. Results do
   * not depend on it.
   */
  readonly threads?: number;
}

const FOUR_GIB = 2 ** 32;

/** Maximum number of threads. */
const MOST_THREADS = 1024;

const OPTIONS: OptionChecks<WasmBackendOptions> = {
  capacityBytes: wholeNumber(1, FOUR_GIB),
  threads: wholeNumber(1, MOST_THREADS),
};

/**
 * Creates the fast backend: float32 on WASM SIMD kernels, with the bits of the float32 reference.
 *
 * Its name is `wasm-simd` on one thread, `wasm-simd-threads` on several, which share its memory.
 *
 * @throws {@link OptionError} for an unknown option or an invalid value; {@link FcnError} if the memory cannot
 *   be reserved, the kernels cannot be loaded or the threads cannot be started.
 */
export async function createWasmBackend(options: WasmBackendOptions = {}): Promise<WasmBackend> {
  checkOptions('createWasmBackend', options, OPTIONS);
  const threading = threadingFor(options.threads ?? 1);
  const { threads } = threading;
  const arena = new Arena(options.capacityBytes ?? FOUR_GIB, threads > 1);
  const kernels = await loadKernels(arena.memory);
  const team = await gatherTeam(threads, kernels, arena.memory);
  const dispose = (): void => team.dispose();
  return {
    name: threads > 1 ? 'wasm-simd-threads' : 'wasm-simd',
    ...{ arena, kernels, team, threading, dispose, [Symbol.dispose]: dispose },
    alloc: (length) => arena.alloc(length),
    allocZeros: (length) => arena.allocZeros(length),
    prepare: (buffer) => touchPages({ arena, team, threads }, buffer),
    free: (buffer) => {
      arena.free(buffer);
    },
    isLive: (buffer) => arena.isLive(buffer),
    mark: () => arena.mark(),
    release: (mark) => {
      arena.release(mark);
    },
    ...convKernels(kernels, arena),
    ...elementwiseKernels(kernels),
    ...poolingKernels(kernels, arena),
    ...normalisationKernels(kernels, arena),
    ...probabilityKernels(kernels, arena),
    ...resizeKernels(kernels, arena),
    ...optimizerKernels(kernels, arena),
  };
}

function threadingFor(asked: number): Threading {
  if (asked === 1) return { threads: 1, reason: 'one thread was requested' };
  const obstacle = obstacleToSharing();
  if (obstacle !== null) return { threads: 1, reason: obstacle };
  return { threads: asked, reason: 'as requested; memory can be shared' };
}

async function gatherTeam(
  threads: number,
  kernels: Kernels,
  memory: WebAssembly.Memory,
): Promise<Team> {
  if (threads === 1) return soloTeam(kernels);
  const module = await compiledKernels(memory);
  return await ThreadTeam.gather({
    ...(await currentPlatform()),
    ...{ module, kernels, memory, threads },
  });
}
