import type { WasmBackend } from '../backend/wasm/index.js';
import type { PlanLayer } from './layers.js';
import { eagerBytes } from './steps/eager.js';
import { layOut, type PlanLayout } from './steps/lay-out.js';
import { DryPlacement, type StepMemory } from './steps/placement.js';
import type { NetworkResult } from './steps/result.js';
import { scheduleOf } from './steps/schedule.js';
import type { PreparedLayer } from './steps/step.js';

/** A plan before any memory is taken for it. */
export interface Sketch {
  /** What is done, and how. */
  readonly prepared: readonly PreparedLayer[];
  /** Where maps and workspaces lie. */
  readonly layout: PlanLayout;
  /** What jobs and weights take. */
  readonly memory: StepMemory;
  /** For each of `prepared`, the number of its tasks. */
  readonly tasks: readonly number[];
  /** Memory that the plan will take at most, in bytes. */
  readonly peakBytes: number;
}

/** What a plan is sketched of, apart from how its layers are computed. */
export interface Network {
  /** Where it will run. */
  readonly backend: WasmBackend;
  /** Its layers. */
  readonly layers: readonly PlanLayer[];
  /** What it gives. */
  readonly result: NetworkResult;
}

/** Counts what a plan takes. */
export function sketchPlan(
  { backend, layers, result }: Network,
  prepared: readonly PreparedLayer[],
): Sketch {
  const layout = layOut(prepared, result);
  const dry = new DryPlacement(layout);
  const { tasks } = scheduleOf(prepared, layout, dry, backend);
  const memory = dry.counted();
  const steady = layout.bytes + memory.jobBytes + memory.constantBytes;
  return { prepared, layout, memory, tasks, peakBytes: steady + transientBytes(layers) };
}

/** The most that eager layers take on top while they run. */
function transientBytes(layers: readonly PlanLayer[]): number {
  return Math.max(0, ...layers.map((layer) => (layer.kind === 'op' ? eagerBytes(layer) : 0)));
}
