import type { Job } from '../algorithms/job.js';
import type { PlanValue } from '../layers/layers.js';
import type { PlacedMap } from '../memory/map-buffer.js';
import type { PlanLayout } from './lay-out.js';
import type { ProgramUnit } from './program-unit.js';

/** What is computed for one image, and where. */
export interface Program {
  /** The layers with the parts of each that are computed. */
  readonly units: readonly ProgramUnit[];
  /** Where everything lies. */
  readonly layout: PlanLayout;
  /** What else is done with a map when its layer has computed it: jobs one after another. */
  readonly besides: (value: PlanValue, map: PlacedMap) => readonly Job[];
}
