/** This library, as a plan: layers fused and weights packed for one input size. */
import { createWasmBackend } from '../../src/backend/wasm/index.js';
import { compile } from '../../src/plan/compile.js';
import { networkNamed } from '../models/networks.js';
import { readInput, serve } from './engine.js';

serve(async (job) => {
  if (job.threads > 1) throw new Error('plans run on one thread');
  const backend = await createWasmBackend();
  const network = networkNamed(job.net).build(backend);
  const plan = compile(network, job.shape, { backend, ...job.settings });
  const input = await readInput(job);
  return { run: () => Promise.resolve(plan.run(input)) };
});
