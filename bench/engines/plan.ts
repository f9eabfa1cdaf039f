/** This library, as a plan: layers fused and weights packed for one input size. */
import { createWasmBackend } from '../../src/backend/wasm/index.js';
import { compile } from '../../src/plan/compile.js';
import { networkNamed } from '../models/networks.js';
import { readInput, serve } from './engine.js';

serve(async (job) => {
  const backend = await createWasmBackend({ threads: job.threads });
  const network = networkNamed(job.net).build(backend);
  const plan = compile(network, job.shape, { backend, ...job.settings });
  const input = await readInput(job);
  return { run: () => Promise.resolve(plan.run(input)) };
});
