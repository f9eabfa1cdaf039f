import { NO_BORDER } from '../buffers.js';
import type { Job } from '../jobs/job.js';
import type { PlanLayer } from '../layers.js';
import type { Placement, Recipe } from './step.js';

/** A recipe without a choice, that reads no borders and needs no workspace. */
export function plainRecipe(
  layer: PlanLayer,
  algorithm: string,
  jobs: (at: Placement) => readonly Job[],
): Recipe {
  return {
    algorithm,
    reason: '',
    borders: layer.inputs.map(() => NO_BORDER),
    workspaceBytes: () => 0,
    steps: (at) => jobs(at).map((job) => at.place(job)),
  };
}
