import assert from 'node:assert/strict';
import { createWasmBackend } from '../../src/backend/wasm/index.js';

const CAPACITY_BYTES = 64 * 2 ** 20;
/** Several tasks; not a multiple of a page. */
const LENGTH = 5 * 2 ** 18 + 5;

describe('touchPages', () => {
  for (const threads of [1, 2, 3]) {
    it(`writes only the buffer's pages, on ${String(threads)} threads`, async () => {
      using backend = await createWasmBackend({ capacityBytes: CAPACITY_BYTES, threads });
      const { arena } = backend;
      const [before, buffer, after] = [2048, LENGTH, 2048].map((length) =>
        arena.alloc(length).fill(7),
      );
      const liveBytes = arena.liveBytes();
      backend.prepare?.(buffer);
      for (const beside of [before, after]) assert(beside.every((value) => value === 7));
      const touched = buffer.reduce((sum, value) => sum + Number(value === 0), 0);
      assert.equal(touched, threads === 1 ? 0 : Math.ceil(buffer.byteLength / 4096));
      assert.equal(arena.liveBytes(), liveBytes);
    });
  }
});
