import type { instantiate } from '../../../build/kernels.js';
import { FcnError } from '../../core/errors.js';

/** The exported functions of `kernels/index.ts`, as the AssemblyScript compiler declared them. */
export type Kernels = Awaited<ReturnType<typeof instantiate>>;

/** A build of the kernels, compiled once per process. */
interface Build {
  readonly url: URL;
  compiled?: Promise<WebAssembly.Module> | undefined;
}

/**
 * Locations of the built kernels, next to `src/` and `dist/`. Both hold the same code: a module is
 * compiled for either shared or unshared memory.
 */
const FOR_ONE_THREAD: Build = { url: new URL('../../../build/kernels.wasm', import.meta.url) };
const FOR_THREADS: Build = {
  url: new URL('../../../build/kernels-threads.wasm', import.meta.url),
};

/**
 * Instantiates the kernels over a memory.
 *
 * @throws {@link FcnError} if the kernels cannot be read or compiled; the next call tries again.
 */
export async function loadKernels(memory: WebAssembly.Memory): Promise<Kernels> {
  const module = await compiledKernels(memory);
  const { exports } = await WebAssembly.instantiate(module, { env: { memory } });
  return exports as unknown as Kernels; // typed by the build that made the bytes
}

/** Compiles the kernels for this kind of memory, once per process; other threads can instantiate them. */
export async function compiledKernels(memory: WebAssembly.Memory): Promise<WebAssembly.Module> {
  const build = memory.buffer instanceof ArrayBuffer ? FOR_ONE_THREAD : FOR_THREADS;
  return await (build.compiled ??= compileKernels(build));
}

async function compileKernels(build: Build): Promise<WebAssembly.Module> {
  try {
    return await WebAssembly.compile(await read(build.url));
  } catch (cause) {
    build.compiled = undefined;
    throw new FcnError(`kernels: cannot load ${build.url.href}; run npm run build:kernels`, {
      cause,
    });
  }
}

async function read(url: URL): Promise<BufferSource> {
  // Only Node has this module; a browser must not try to load it.
  if (url.protocol === 'file:') return await (await import('node:fs/promises')).readFile(url);
  const response = await fetch(url);
  if (!response.ok)
    throw new FcnError(
      `${url.href}: unexpected HTTP status (got ${String(response.status)}, expected 2xx)`,
    );
  return await response.arrayBuffer();
}
