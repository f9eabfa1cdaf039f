import type { WasmBackend } from '../../backend/wasm/index.js';
import { clearBorder, type PlacedMap } from '../buffers.js';
import { fromPlanesJob, toPlanesJob } from '../jobs/planes.js';
import type { Job } from '../jobs/job.js';
import type { PlanValue } from '../layers.js';
import type { PlanLayout } from './lay-out.js';
import { resultMap } from './result.js';
import type { MovingPlacement, Placement, PreparedLayer, Step } from './step.js';

/** All steps of a plan for one image. */
export interface Scheduled {
  /** The steps in their order. */
  readonly steps: readonly Step[];
  /** For each layer, the number of its tasks. */
  readonly tasks: readonly number[];
  /** Byte address at which the image is expected, `[C, H, W]`. */
  readonly inputAddress: number;
  /** Byte address at which the result is, row-major, when all steps are done. */
  readonly outputAddress: number;
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
 * Lists all steps: the image from row-major to its map, the layers, the result back to row-major.
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
  const { input, result } = layout;
  const inputAddress = at.address(layout.inputStaging.offset);
  const steps: Step[] = [
    ...clearing(at, layout, input, buffer),
    at.place(fromPlanesJob(inputAddress, at.map(input))),
  ];
  const tasks = prepared.map(({ layer: { output }, recipe, parts }, i) => {
    at.workspace = at.address(layout.workspaces[i].offset);
    const own = parts.flatMap((part) => recipe.steps(at, part));
    const more = layout.geometry(output) === null ? [] : besides(output, at.map(output));
    steps.push(
      ...clearing(at, layout, output, buffer),
      ...own,
      ...more.map((job) => at.place(job)),
    );
    return own.reduce((sum, step) => sum + ('run' in step ? 1 : step.tasks), 0);
  });
  if (layout.outputStaging === null) {
    return { steps, tasks, inputAddress, outputAddress: at.flat(result.value) };
  }
  const outputAddress = at.address(layout.outputStaging.offset);
  steps.push(at.place(toPlanesJob(resultMap(at.map(result.value), result), outputAddress)));
  return { steps, tasks, inputAddress, outputAddress };
}

/** The step that writes the zeros around a map. */
function clearing(
  at: Placement,
  layout: PlanLayout,
  value: PlanValue,
  memory: ArrayBufferLike,
): Step[] {
  const geometry = layout.geometry(value);
  if (geometry === null || !hasBorder(at.map(value))) return [];
  const map = at.map(value);
  return [
    {
      run: () => {
        clearBorder(memory, map);
      },
    },
  ];
}

function hasBorder({ border: { top, bottom, left, right } }: PlacedMap): boolean {
  return top + bottom + left + right > 0;
}
