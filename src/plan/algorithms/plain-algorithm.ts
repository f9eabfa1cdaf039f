import { NO_BORDER } from '../memory/border.js';
import type { Job } from './job.js';
import type { PlanLayer } from '../layers/layers.js';
import type { Rect } from '../../core/rect.js';
import type { Placement, Algorithm } from './algorithm.js';

/** Returns an algorithm without alternatives: it reads no border, needs no workspace and computes any part. */
export function plainAlgorithm(
  layer: PlanLayer,
  algorithm: string,
  jobs: (at: Placement, part: Rect) => readonly Job[],
): Algorithm {
  return {
    name: algorithm,
    reason: '',
    borders: layer.inputs.map(() => NO_BORDER),
    parts: { blocks: [1, 1], seamless: true },
    workspaceBytes: () => 0,
    steps: (at, part) => jobs(at, part).map((job) => at.place(job)),
  };
}
