import type { Job } from '../algorithms/job.js';
import type { PlanValue } from '../layers/layers.js';
import type { PlacedMap } from '../memory/map-buffer.js';
import type { PlanLayout } from './lay-out.js';
import type { ProgramUnit } from './program-unit.js';

/** The computation of one image, with a place for everything. */
export interface Program {
  /** The units in the order in which they run. */
  readonly units: readonly ProgramUnit[];
  /** The place of each map and workspace. */
  readonly layout: PlanLayout;
  /** Returns the jobs that store or restore the ring of a map, after the map was computed. */
  readonly ringJobs: (value: PlanValue, map: PlacedMap) => readonly Job[];
}
