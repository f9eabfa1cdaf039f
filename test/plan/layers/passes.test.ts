import assert from 'node:assert/strict';
import fc from 'fast-check';
import { noGrad } from '../../../src/autograd/no-grad.js';
import type { Backend } from '../../../src/backend/backend.js';
import { createRng } from '../../../src/core/rng.js';
import { numel, type Shape } from '../../../src/core/shape.js';
import { trace } from '../../../src/graph/trace.js';
import { createNetwork } from '../../../src/models/create-network.js';
import type { Module } from '../../../src/nn/module.js';
import type { LayerList } from '../../../src/plan/layers/layers.js';
import { lower } from '../../../src/plan/layers/lower.js';
import { optimize, PASSES } from '../../../src/plan/layers/passes/index.js';
import { Tensor } from '../../../src/tensor/tensor.js';
import { normals, SEED } from '../../support/arbitraries.js';
import { reference64, wasmBackend } from '../../support/backends.js';
import { assertSameBits, assertClose } from '../../support/close.js';
import { interpret } from '../interpret.js';
import { NETWORKS } from '../networks.js';
import { networkCases, RandomNetwork } from '../random-network.js';

/** Of float64 sums over weights that folding rounded to float32, through up to 30 layers. */
const FOLDING = 1e-5;

/** Runs every exact pass and all of them together against the eager network: the same bits. */
function check(backend: Backend, network: Module, shape: Shape): void {
  const x = Tensor.from(backend, normals(createRng(3), numel(shape)), shape);
  const before = lower(trace(network, shape), network.parameters());
  noGrad(() => {
    const expected = network.forward(x).data;
    const run = (list: LayerList) => interpret(list, [x])[0].data;
    for (const { name, exact, run: pass } of PASSES) {
      if (exact) assertSameBits(name, run(pass(before)), expected);
    }
    assertSameBits('all exact passes', run(optimize(before, 'exact')), expected);
    const fast = run(optimize(before, 'fast'));
    if (backend === reference64) assertClose('all passes', fast, expected, FOLDING);
  });
}

describe('passes', () => {
  it('keep every bit of random networks, alone and together', async () => {
    const wasm = await wasmBackend();
    for (const backend of [wasm, reference64]) {
      fc.assert(
        fc.property(networkCases, (one) => {
          const mark = backend.mark();
          const network = new RandomNetwork(backend, one);
          check(backend, network, network.inputShape);
          backend.release(mark);
        }),
        { seed: SEED, numRuns: 80 },
      );
    }
  });

  it('each change some random network', async () => {
    const backend = await wasmBackend();
    const found = new Set<string>();
    for (const one of fc.sample(networkCases, { seed: SEED, numRuns: 100 })) {
      const mark = backend.mark();
      const network = new RandomNetwork(backend, one);
      const graph = trace(network, network.inputShape);
      const { log } = optimize(lower(graph, network.parameters()), 'fast');
      for (const { pass, removed, changed } of log) {
        if (removed.length + changed.length > 0) found.add(pass);
      }
      backend.release(mark);
    }
    // A graph has only the nodes of its result: dead branches arise from other passes.
    assert.deepEqual(
      PASSES.map(({ name }) => name).filter((name) => !found.has(name)),
      ['dead-branches'],
    );
  });

  for (const [name, { spec, H, W }] of Object.entries(NETWORKS)) {
    it(`keep every bit of ${name}`, async () => {
      const backend = await wasmBackend();
      const mark = backend.mark();
      check(backend, createNetwork(backend, spec, { rng: createRng(5) }), [1, 3, H, W]);
      backend.release(mark);
    });
  }

  it('report their changes to FCN-8s of VGG16', async () => {
    const backend = await wasmBackend();
    const mark = backend.mark();
    const { spec } = NETWORKS['FCN-8s of VGG16, pad 100'];
    const network = createNetwork(backend, spec, { rng: createRng(5) });
    const list = lower(trace(network, [1, 3, 30, 30]), network.parameters());
    const { log } = optimize(list, 'exact');
    backend.release(mark);
    assert.deepEqual(
      log.map(({ pass, removed, changed }) => [pass, removed.length, changed.length]),
      [
        ['dead-branches', 0, 0],
        ['drop-identity', 0, 0],
        ['fuse-crop-into-sum', 2, 2],
        ['fuse-relu', 15, 15],
        ['fuse-pool', 5, 5],
        ['recognise-upsampling', 0, 3],
      ],
    );
    const crops = log.find(({ pass }) => pass === 'fuse-crop-into-sum');
    assert.deepEqual(crops?.removed, ['score_pool4c', 'score_pool3c']);
    assert.deepEqual(crops.changed, ['fuse_pool4', 'fuse_pool3']);
  });
});
