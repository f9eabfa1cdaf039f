import type { WasmBackend } from '../../backend/wasm/index.js';
import type { PlacedMap } from '../memory/map-buffer.js';
import { fromPlanesJob, toPlanesJob } from '../algorithms/maps/planes-job.js';
import type { Job } from '../algorithms/job.js';
import type { PlanValue } from '../layers/layers.js';
import type { PlanLayout } from './lay-out.js';
import { clearing } from '../algorithms/clearing.js';
import { resultMap } from '../layers/results.js';
import type { MovingPlacement, Placement, PreparedLayer, Step } from '../algorithms/algorithm.js';

/** All steps of a plan for one image. */
export interface Scheduled {
  /** The steps in their order. */
  readonly steps: readonly Step[];
  /** For each layer, the number of its tasks. */
  readonly tasks: readonly number[];
  /** For each input, the byte address at which it is expected, row-major. */
  readonly inputAddresses: readonly number[];
  /** For each result, the byte address at which it is, row-major, when all steps are done. */
  readonly outputAddresses: readonly number[];
}

/** What is computed for one image, and where. */
export interface Program {
  /** The layers with the parts of each that are computed. */
  readonly prepared: readonly PreparedLayer[];
  /** Where everything lies. */
  readonly layout: PlanLayout;
  /** What else is done with a map when its layer has computed it: jobs one after another. */
  readonly besides: (value: PlanValue, map: PlacedMap) => readonly Job[];
}

/**
 * Lists all steps: inputs from row-major to their maps, the layers, results back to row-major.
 *
 * Zeros around a map are written before each time it is; only where no other buffer ever lies in its
 * memory, once, now.
 */
export function scheduleOf(
  { prepared, layout, besides }: Program,
  at: MovingPlacement,
  backend: WasmBackend,
): Scheduled {
  const { buffer } = backend.arena.memory;
  const steps: Step[] = [];
  const inputAddresses = layout.inputs.map(({ value, staging }) => {
    if (staging === null) return at.flat(value);
    const address = at.address(staging.offset);
    steps.push(
      ...clearingOf(at, layout, value, buffer),
      at.place(fromPlanesJob(address, at.map(value))),
    );
    return address;
  });
  const tasks = prepared.map(({ layer: { output }, recipe, parts }, i) => {
    at.workspace = at.address(layout.workspaces[i].offset);
    const own = parts.flatMap((part) => recipe.steps(at, part));
    const more = layout.geometry(output) === null ? [] : besides(output, at.map(output));
    steps.push(
      ...clearingOf(at, layout, output, buffer),
      ...own,
      ...more.map((job) => at.place(job)),
    );
    return own.reduce((sum, step) => sum + ('run' in step ? 1 : step.tasks), 0);
  });
  const outputAddresses = layout.results.map(({ result, staging }) => {
    if (staging === null) return at.flat(result.value);
    const address = at.address(staging.offset);
    steps.push(at.place(toPlanesJob(resultMap(at.map(result.value), result), address)));
    return address;
  });
  return { steps, tasks, inputAddresses, outputAddresses };
}

/** The step that writes the zeros around a value's map, if there are any. */
function clearingOf(
  at: Placement,
  layout: PlanLayout,
  value: PlanValue,
  memory: ArrayBufferLike,
): Step[] {
  return layout.geometry(value) === null ? [] : clearing(memory, at.map(value));
}
