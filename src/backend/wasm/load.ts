import type { instantiate } from '../../../build/kernels.js';
import { FcnError } from '../../core/errors.js';

/** The exported functions of `kernels/index.ts`, as the AssemblyScript compiler declared them. */
export type Kernels = Awaited<ReturnType<typeof instantiate>>;

/** Kernels of one kind, compiled once per process. */
interface Build {
  readonly url: URL;
  compiled?: Promise<WebAssembly.Module> | undefined;
}

/**
 * Where the build puts the kernels, next to `src/` and `dist/`: twice the same code, since a module says
 * for good whether its memory is shared.
 */
const FOR_ONE_THREAD: Build = { url: new URL('../../../build/kernels.wasm', import.meta.url) };
const FOR_THREADS: Build = {
  url: new URL('../../../build/kernels-threads.wasm', import.meta.url),
};

/**
 * Instantiates the kernels over a memory.
 *
 * @throws {@link FcnError} if they cannot be read or compiled; the next call tries again.
 */
export async function loadKernels(memory: WebAssembly.Memory): Promise<Kernels> {
  const module = await compiledKernels(memory);
  const { exports } = await WebAssembly.instantiate(module, { env: { memory } });
  return exports as unknown as Kernels; // typed by the build that made the bytes
}

/** The kernels for memory of this kind, which other threads can instantiate too; compiled once per process. */
export async function compiledKernels(memory: WebAssembly.Memory): Promise<WebAssembly.Module> {
  const build = memory.buffer instanceof ArrayBuffer ? FOR_ONE_THREAD : FOR_THREADS;
  return await (build.compiled ??= compileKernels(build));
}

async function compileKernels(build: Build): Promise<WebAssembly.Module> {
  try {
    return await WebAssembly.compile(await read(build.url));
  } catch (cause) {
    build.compiled = undefined;
    throw new FcnError(`cannot load the kernels from ${build.url.href}`, { cause });
  }
}

async function read(url: URL): Promise<BufferSource> {
  // Browsers have no such module; they must not be asked to load it.
  if (url.protocol === 'file:') return await (await import('node:fs/promises')).readFile(url);
  const response = await fetch(url);
  if (!response.ok) throw new FcnError(`the server answers ${String(response.status)}`);
  return await response.arrayBuffer();
}
