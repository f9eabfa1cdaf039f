import type { WasmBackend } from '../../backend/wasm/index.js';
import { fromPlanesJob, toPlanesJob } from '../algorithms/maps/planes-job.js';
import type { PlanValue } from '../layers/layers.js';
import type { PlanLayout } from './lay-out.js';
import { clearing } from '../algorithms/clearing.js';
import { pixelAddress } from '../algorithms/maps/sum-job.js';
import type { NetworkResult } from '../layers/results.js';
import type { PlacedMap } from '../memory/map-buffer.js';
import type { Placement, Step } from '../algorithms/algorithm.js';
import type { MovingPlacement } from './placement.js';
import type { Program } from './program.js';

/** All steps of a program, with addresses. */
export interface ProgramSteps {
  /** The steps in their order. */
  readonly steps: readonly Step[];
  /** For each unit, the number of its tasks. */
  readonly tasks: readonly number[];
  /** For each input, the byte address at which the steps expect it, row-major. */
  readonly inputAddresses: readonly number[];
  /** For each result, the byte address at which the steps leave it, row-major. */
  readonly outputAddresses: readonly number[];
}

/**
 * Lists all steps: inputs from row-major to their maps, the units, results back to row-major.
 *
 * The zeros around a map are written each time before the map is.
 */
export function stepsOf(
  { units, layout, ringJobs }: Program,
  at: MovingPlacement,
  backend: WasmBackend,
): ProgramSteps {
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
  const tasks = units.map(({ layer: { output }, algorithm, parts }, i) => {
    at.workspace = at.address(layout.workspaces[i].offset);
    const own = parts.flatMap((part) => algorithm.steps(at, part));
    const more = layout.geometry(output) === null ? [] : ringJobs(output, at.map(output));
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

/** Returns the step that writes the zeros around a value's map, if there are any. */
function clearingOf(
  at: Placement,
  layout: PlanLayout,
  value: PlanValue,
  memory: ArrayBufferLike,
): Step[] {
  return layout.geometry(value) === null ? [] : clearing(memory, at.map(value));
}

/** Returns the rectangle of a result as a map. */
function resultMap(map: PlacedMap, { offset, shape }: NetworkResult): PlacedMap {
  const [, , height, width] = shape;
  return { ...map, height, width, address: pixelAddress(map, offset) };
}
