import assert from 'node:assert/strict';
import { createWasmBackend } from '../../src/backend/wasm/index.js';
import { FcnError } from '../../src/core/errors.js';
import { createRng } from '../../src/core/rng.js';
import { createNetwork } from '../../src/models/create-network.js';
import { compile } from '../../src/plan/compile.js';
import { ActivationMemory } from '../../src/plan/memory/activation-memory.js';
import { PlanCache } from '../../src/segment/plan-cache.js';
import { SMALL } from './small-model.js';

const MEBIBYTE = 2 ** 20;

async function cacheWith(budgetBytes: number, capacityBytes = 32 * MEBIBYTE) {
  const backend = await createWasmBackend({ capacityBytes });
  const network = createNetwork(backend, SMALL.spec, { rng: createRng(1) });
  const before = backend.arena.liveBytes();
  const cache = new PlanCache({ backend, network, mode: 'fast', budgetBytes });
  return { arena: backend.arena, before, cache };
}

/** A plan beside a cache's, and the memory of its maps. */
async function planOf(height: number, width: number) {
  const backend = await createWasmBackend({ capacityBytes: 32 * MEBIBYTE });
  const network = createNetwork(backend, SMALL.spec, { rng: createRng(1) });
  const maps = new ActivationMemory(backend);
  return {
    plan: compile(network, [1, 3, height, width], {
      backend,
      mode: 'fast',
      activationMemory: maps,
    }),
    maps,
  };
}

describe('plan cache', () => {
  it('keeps plans by size, the last used ones within the budget', async () => {
    const { arena, before, cache } = await cacheWith(Infinity);
    const [a, b, c] = [20, 21, 22].map((width) => cache.planFor(20, width));
    assert.deepEqual(c.inputShape, [1, 3, 20, 22]);
    assert.equal(cache.planFor(20, 20), a);
    assert.notEqual(cache.planFor(21, 20), b);
    cache.dispose();
    assert.equal(arena.liveBytes(), before);
    assert.throws(() => a.run(new Float32Array(1200)), /disposed/);
  });

  it('counts what each plan has, and once the maps that they share', async () => {
    const { plan, maps } = await planOf(20, 20);
    const tight = await cacheWith(maps.bytes + 2.5 * plan.ownBytes);
    const first = tight.cache.planFor(20, 20);
    const second = tight.cache.planFor(20, 19);
    tight.cache.planFor(20, 20);
    tight.cache.planFor(20, 18);
    assert.equal(tight.cache.planFor(20, 20), first);
    assert.notEqual(tight.cache.planFor(20, 19), second);
  });

  it('keeps the last plan whatever the budget, and no other', async () => {
    const { cache } = await cacheWith(0);
    const plan = cache.planFor(9, 9);
    assert.equal(cache.planFor(9, 9), plan);
    cache.planFor(8, 9);
    assert.notEqual(cache.planFor(9, 9), plan);
  });

  it('gives up other sizes before it says that memory is out', async () => {
    const { arena, before, cache } = await cacheWith(Infinity, 4 * MEBIBYTE);
    for (let width = 100; width < 130; width++) cache.planFor(60, width);
    assert.throws(() => cache.planFor(3000, 3000), FcnError);
    assert.equal(arena.liveBytes(), before);
  });
});
