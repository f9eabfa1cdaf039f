import type { Pair } from '../../../core/shape.js';
import { drawInspection } from '../../../draw/inspection-drawing.js';
import { inspect } from '../../../open/inspect-opened.js';
import { openNetwork } from '../../../open/open-network.js';
import type { Inspection } from '../../../plan/inspection.js';
import type { PlanMode } from '../../../plan/plan.js';
import { usageError } from '../../shell/exit-codes.js';
import { writeOutput } from '../../shell/write-output.js';
import { inspectionTable } from '../../../draw/inspection-table.js';

/** Options of `fcn inspect`. */
export interface InspectCommandOptions {
  /** Height and width of the image. */
  readonly size: Pair;
  /** Mode of the plan. */
  readonly mode: PlanMode;
  /** True for JSON instead of a table. */
  readonly json?: boolean;
  /** File for the drawing. */
  readonly svg?: string;
}

/**
 * Runs `fcn inspect`.
 *
 * @throws {@link CommandError} {@link OpenError} unless everything was shown.
 */
export async function runInspect(model: string, options: InspectCommandOptions): Promise<void> {
  const { size, mode, json, svg } = options;
  using opened = await openNetwork(model, { structureOnly: true });
  const inspection = await inspect(opened, { size, mode });
  if (svg !== undefined && !isDrawable(inspection)) {
    throw usageError(`--svg: ${model} does not make maps of one image`);
  }
  if (svg !== undefined) await writeOutput(svg, drawInspection(model, inspection));
  process.stdout.write(
    json === true ? `${jsonLine(model, inspection)}\n` : inspectionTable(model, inspection),
  );
}

/** Axes of a map. */
const MAP_RANK = 4;

/** True for a network of one image, whose maps a drawing can show. */
function isDrawable({ inputs, outputs }: Inspection): boolean {
  return inputs.length === 1 && outputs.every(({ shape }) => shape.length === MAP_RANK);
}

function jsonLine(model: string, inspection: Inspection): string {
  return JSON.stringify({ model, ...inspection });
}
