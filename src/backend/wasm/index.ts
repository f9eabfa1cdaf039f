import type { Backend } from '../backend.js';
import { Arena } from './arena.js';
import { convKernels } from './conv.js';
import { elementwiseKernels } from './elementwise.js';
import { loadKernels, type Kernels } from './load.js';
import { normalisationKernels } from './normalisation.js';
import { optimizerKernels } from './optimizer.js';
import { poolingKernels } from './pooling.js';
import { probabilityKernels } from './probability.js';
import { resizeKernels } from './resize.js';

/** A backend on WASM SIMD kernels, with a view into its memory. */
export interface WasmBackend extends Backend {
  /** The memory in which its buffers live. */
  readonly arena: Arena;
  /**
   * The kernels over that memory, for plans.
   *
   * @internal
   */
  readonly kernels: Kernels;
}

/** What {@link createWasmBackend} may be told. */
export interface WasmBackendOptions {
  /** Address space to reserve, at most 4 GiB, which is the default; pages cost nothing until used. */
  readonly capacityBytes?: number;
}

const FOUR_GIB = 2 ** 32;

/**
 * The fast backend: float32 on WASM SIMD kernels, with the bits of the float32 reference.
 *
 * @throws {@link FcnError} if the memory cannot be reserved or the kernels cannot be loaded.
 */
export async function createWasmBackend(options: WasmBackendOptions = {}): Promise<WasmBackend> {
  const arena = new Arena(options.capacityBytes ?? FOUR_GIB);
  const kernels = await loadKernels(arena.memory);
  return {
    name: 'wasm-simd',
    arena,
    kernels,
    alloc: (length) => arena.alloc(length),
    allocZeros: (length) => arena.alloc(length).fill(0),
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
