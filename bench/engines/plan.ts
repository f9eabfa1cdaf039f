/** This library, as a plan: layers fused and weights packed for one input size, one thread. */
import { createWasmBackend } from '../../src/backend/wasm/index.js';
import { compile } from '../../src/plan/compile.js';
import { buildNetwork, networkInput } from '../models/fcn8s.js';
import { serve } from './engine.js';

serve(async ({ size, mode }) => {
  const backend = await createWasmBackend();
  const network = buildNetwork(backend);
  const plan = compile(network, [1, 3, size, size], { backend, mode: mode ?? 'exact' });
  const input = networkInput(size);
  return { run: () => Promise.resolve(plan.run(input)) };
});
