import assert from 'node:assert/strict';
import { createWasmBackend } from '../../src/backend/wasm/index.js';
it('tries', async () => {
  const t = performance.now();
  const b = await createWasmBackend({ threads: 2, capacityBytes: 2**26 });
  console.log(performance.now() - t, b.name, b.threading);
  assert(b.threading.threads === 2);
});
