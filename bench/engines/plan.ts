/** Engine: this library as a plan; layers are fused, weights packed for one input size while they are read. */
import { join } from 'node:path';
import { createWasmBackend } from '../../src/backend/wasm/index.js';
import { openFileSource } from '../../src/io/file-source.js';
import { openSafetensors } from '../../src/io/stored-safetensors.js';
import { compile, draftPlan, type PlanDraft } from '../../src/plan/compile.js';
import { MemoryBudgetError } from '../../src/plan/program/fit-memory.js';
import { networkNamed } from '../models/networks.js';
import { SAFETENSORS_FILE } from '../peers/exchanged.js';
import { readInput, serve } from './engine.js';
import type { MemoryShare, PlanSettings } from './settings.js';

serve(async (job) => {
  const backend = await createWasmBackend({ threads: job.threads });
  const network = networkNamed(job.net).build(null);
  const file = openFileSource(join(job.folder, SAFETENSORS_FILE));
  const { arrays: weights } = openSafetensors(file);
  const { memory: wanted, ...settings } = job.settings;
  const options = { backend, weights, ...settings };
  const memory = budgetBytes(wanted, (most) =>
    draftPlan(network, job.shape, { ...options, memory: most }),
  );
  const plan = compile(network, job.shape, { ...options, memory });
  file.close();
  const input = await readInput(job);
  // As in segmentation, the scores are used in place.
  return { run: () => Promise.resolve(plan.runInPlace(input)) };
});

type Draft = (mostBytes: number) => PlanDraft;

function budgetBytes(wanted: PlanSettings['memory'], draft: Draft): number {
  return typeof wanted === 'object' ? sharedBytes(wanted, draft) : (wanted ?? Infinity);
}

function sharedBytes({ share }: MemoryShare, draft: Draft): number {
  const least = leastBytes(draft);
  return Math.ceil(least + share * (draft(Infinity).predictedPeakBytes - least));
}

/** Smallest memory budget of a plan, from the error for a smaller one. */
function leastBytes(draft: Draft): number {
  try {
    return draft(0).predictedPeakBytes;
  } catch (error) {
    if (error instanceof MemoryBudgetError) return error.neededBytes;
    throw error;
  }
}
