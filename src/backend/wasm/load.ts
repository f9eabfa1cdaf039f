import { readFile } from 'node:fs/promises';
import type { instantiate } from '../../../build/kernels.js';
import { FcnError } from '../../core/errors.js';

/** The exported functions of `kernels/index.ts`, as the AssemblyScript compiler declared them. */
export type Kernels = Awaited<ReturnType<typeof instantiate>>;

/** Where the build puts the kernels: next to `src/` and `dist/`. */
const KERNELS = new URL('../../../build/kernels.wasm', import.meta.url);

let compiled: Promise<WebAssembly.Module> | undefined;

/**
 * Compiles the kernels once per process and instantiates them over a memory.
 *
 * @throws {@link FcnError} if they cannot be read or compiled; the next call tries again.
 */
export async function loadKernels(memory: WebAssembly.Memory): Promise<Kernels> {
  compiled ??= compileKernels();
  const { exports } = await WebAssembly.instantiate(await compiled, { env: { memory } });
  return exports as unknown as Kernels; // typed by the build that made the bytes
}

async function compileKernels(): Promise<WebAssembly.Module> {
  try {
    return await WebAssembly.compile(await readKernels());
  } catch (cause) {
    compiled = undefined;
    throw new FcnError(`cannot load the kernels from ${KERNELS.href}`, { cause });
  }
}

async function readKernels(): Promise<BufferSource> {
  if (KERNELS.protocol === 'file:') return await readFile(KERNELS);
  const response = await fetch(KERNELS);
  if (!response.ok) throw new FcnError(`the server answers ${String(response.status)}`);
  return await response.arrayBuffer();
}
