import { readFile } from 'node:fs/promises';
import type { instantiate } from '../../../build/kernels.js';

/** The exported functions of `kernels/index.ts`, as the AssemblyScript compiler declared them. */
export type Kernels = Awaited<ReturnType<typeof instantiate>>;

/** Where the build puts the kernels: next to `src/` and `dist/`. */
const KERNELS = new URL('../../../build/kernels.wasm', import.meta.url);

let compiled: Promise<WebAssembly.Module> | undefined;

/** Compiles the kernels once per process and instantiates them over a memory. */
export async function loadKernels(memory: WebAssembly.Memory): Promise<Kernels> {
  compiled ??= readKernels().then((bytes) => WebAssembly.compile(bytes));
  const { exports } = await WebAssembly.instantiate(await compiled, { env: { memory } });
  return exports as unknown as Kernels; // typed by the build that made the bytes
}

async function readKernels(): Promise<BufferSource> {
  if (KERNELS.protocol === 'file:') return await readFile(KERNELS);
  return await (await fetch(KERNELS)).arrayBuffer();
}
