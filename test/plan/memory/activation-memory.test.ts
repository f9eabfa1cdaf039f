import assert from 'node:assert/strict';
import { createWasmBackend, type WasmBackend } from '../../../src/backend/wasm/index.js';
import { FcnError } from '../../../src/core/errors.js';
import { createRng } from '../../../src/core/rng.js';
import { createNetwork } from '../../../src/models/create-network.js';
import { compile } from '../../../src/plan/compile.js';
import { ActivationMemory } from '../../../src/plan/memory/activation-memory.js';
import type { Plan } from '../../../src/plan/plan.js';
import type { PlanMode } from '../../../src/plan/layers/plan-mode.js';
import { assertSameBits } from '../../support/close.js';
import { NETWORKS } from '../networks.js';
import { image } from '../same-bits.js';

const MEBIBYTE = 2 ** 20;

/** Padded, so that plans have a region with rings; not padded; depth and fire modules. */
const NAMES = ['FCN-8s of VGG16, pad 100', 'FCN-8s of SqueezeNet'];

const SIZES = [[34, 45], [20, 31], [45, 34], [60, 62], [34, 46]] as const; // prettier-ignore

const MODES: readonly PlanMode[] = ['exact', 'fast'];

async function freshBackend(threads: number): Promise<WasmBackend> {
  return await createWasmBackend({ capacityBytes: 64 * MEBIBYTE, threads });
}

describe('maps that plans share', () => {
  for (const threads of [1, 2]) {
    it(`give the bits of maps of one's own, whoever ran before, on ${String(threads)} threads`, async () => {
      using backend = await freshBackend(threads);
      const rng = createRng(31);
      const maps = new ActivationMemory(backend);
      const pairs: [shared: Plan, own: Plan][] = [];
      for (const name of NAMES) {
        const model = createNetwork(backend, NETWORKS[name].spec, { rng });
        for (const [i, [H, W]] of SIZES.entries()) {
          const mode = MODES[i % 2];
          const [shared, own] = [{ activationMemory: maps }, {}].map((where) =>
            compile(model, [1, 3, H, W], { backend, mode, ...where }),
          );
          assert.equal(shared.hash, own.hash);
          pairs.push([shared, own]);
        }
      }
      for (let turn = 0; turn < 60; turn++) {
        const [shared, own] = pairs[rng.integer(pairs.length)];
        const x = image(rng, own.inputShape);
        assertSameBits(`turn ${String(turn)}`, shared.run(x), own.run(x));
      }
    });
  }

  it('take the memory of the largest plan', async () => {
    using backend = await freshBackend(1);
    const { spec } = NETWORKS['FCN-8s of SqueezeNet'];
    const model = createNetwork(backend, spec, { rng: createRng(32) });
    const start = backend.arena.liveBytes();
    const maps = new ActivationMemory(backend);
    const compiled = (H: number, W: number): Plan => {
      return compile(model, [1, 3, H, W], { backend, activationMemory: maps });
    };
    const small = compiled(40, 40);
    const alone = maps.bytes;
    const large = compiled(80, 80);
    const both = maps.bytes;
    assert(both > alone);
    const middle = compiled(60, 80);
    assert.equal(maps.bytes, both);
    middle.run(image(createRng(33), middle.inputShape));
    large.dispose();
    assert(maps.bytes < both && maps.bytes > alone);
    middle.dispose();
    assert.equal(maps.bytes, alone);
    small.dispose();
    assert.equal(maps.bytes, 0);
    assert.equal(backend.arena.liveBytes(), start);
  });

  it('stay if there is no memory for another plan', async () => {
    using backend = await createWasmBackend({ capacityBytes: 6 * MEBIBYTE });
    const { spec } = NETWORKS['FCN-8s of SqueezeNet'];
    const model = createNetwork(backend, spec, { rng: createRng(34) });
    const maps = new ActivationMemory(backend);
    using shared = compile(model, [1, 3, 40, 40], { backend, activationMemory: maps });
    using own = compile(model, [1, 3, 40, 40], { backend });
    const { bytes } = maps;
    assert.throws(
      () => compile(model, [1, 3, 900, 900], { backend, activationMemory: maps }),
      FcnError,
    );
    const x = image(createRng(35), own.inputShape);
    assertSameBits('afterwards', shared.run(x), own.run(x));
    assert.equal(maps.bytes, bytes);
  });

  it('are allocated again after a mark is released', async () => {
    using backend = await freshBackend(1);
    const { spec } = NETWORKS['FCN-8s of SqueezeNet'];
    const model = createNetwork(backend, spec, { rng: createRng(36) });
    const maps = new ActivationMemory(backend);
    const mark = backend.mark();
    compile(model, [1, 3, 40, 40], { backend, activationMemory: maps });
    backend.release(mark);
    using shared = compile(model, [1, 3, 30, 30], { backend, activationMemory: maps });
    using own = compile(model, [1, 3, 30, 30], { backend });
    const x = image(createRng(37), own.inputShape);
    assertSameBits('afterwards', shared.run(x), own.run(x));
  });
});
