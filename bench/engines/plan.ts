/** This library, as a plan: layers fused, and weights packed for one input size as they are read. */
import { join } from 'node:path';
import { createWasmBackend } from '../../src/backend/wasm/index.js';
import { openFileSource } from '../../src/io/file-source.js';
import { openSafetensors } from '../../src/io/stored-safetensors.js';
import { compile, draftPlan } from '../../src/plan/compile.js';
import { MemoryBudgetError } from '../../src/plan/fit-memory.js';
import { networkNamed } from '../models/networks.js';
import { SAFETENSORS_FILE } from '../peers/exchanged.js';
import { readInput, serve } from './engine.js';

serve(async (job) => {
  const backend = await createWasmBackend({ threads: job.threads });
  const network = networkNamed(job.net).build(null);
  const file = openFileSource(join(job.folder, SAFETENSORS_FILE));
  const { arrays: weights } = openSafetensors(file);
  const { memory, ...settings } = job.settings;
  const options = { backend, weights, ...settings };
  const budget =
    memory === 'least'
      ? leastBytes((bytes) => draftPlan(network, job.shape, { ...options, memory: bytes }))
      : memory;
  const plan = compile(network, job.shape, {
    ...options,
    ...(budget === undefined ? {} : { memory: budget }),
  });
  file.close();
  const input = await readInput(job);
  return { run: () => Promise.resolve(plan.run(input)) };
});

/** The smallest budget in which a plan can be drafted: none takes no bytes. */
function leastBytes(draft: (bytes: number) => unknown): number {
  try {
    draft(0);
  } catch (error) {
    if (error instanceof MemoryBudgetError) return error.neededBytes;
    throw error;
  }
  return 0;
}
