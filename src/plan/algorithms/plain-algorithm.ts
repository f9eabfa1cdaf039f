import { NO_BORDER } from '../memory/map-buffer.js';
import type { Job } from './job.js';
import type { PlanLayer } from '../layers/layers.js';
import type { Rect } from '../layers/rect.js';
import type { Placement, Recipe } from './algorithm.js';

/** A recipe without a choice, that reads no borders, needs no workspace, and computes any part. */
export function plainRecipe(
  layer: PlanLayer,
  algorithm: string,
  jobs: (at: Placement, part: Rect) => readonly Job[],
): Recipe {
  return {
    algorithm,
    reason: '',
    borders: layer.inputs.map(() => NO_BORDER),
    parts: { blocks: [1, 1], seamless: true },
    workspaceBytes: () => 0,
    steps: (at, part) => jobs(at, part).map((job) => at.place(job)),
  };
}
