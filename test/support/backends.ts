import type { Backend } from '../../src/backend/backend.js';
import { createReferenceBackend } from '../../src/backend/reference/index.js';
import { createWasmBackend, type WasmBackend } from '../../src/backend/wasm/index.js';

/** The definition: plain loops in float32. */
export const reference32: Backend = createReferenceBackend('float32');

/** The same loops without rounding, for gradient checks. */
export const reference64: Backend = createReferenceBackend('float64');

const CAPACITY_BYTES = 256 * 2 ** 20;

let wasm: Promise<WasmBackend> | undefined;

/** The kernels; one backend, of 256 MiB, for all tests of a process. */
export function wasmBackend(): Promise<WasmBackend> {
  return (wasm ??= createWasmBackend({ capacityBytes: CAPACITY_BYTES }));
}

/** In a `describe` block: each test gives back what it allocated from {@link wasmBackend}. */
export function releaseAfterEachTest(): void {
  let backend: WasmBackend;
  let mark: number;
  beforeEach(async () => {
    backend = await wasmBackend();
    mark = backend.mark();
  });
  afterEach(() => {
    backend.release(mark);
  });
}
