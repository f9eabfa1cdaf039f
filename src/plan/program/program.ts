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
  /** Jobs that run, in order, after the map of a value was computed. */
  readonly besides: (value: PlanValue, map: PlacedMap) => readonly Job[];
}
