import { createWasmBackend } from '../../../backend/wasm/index.js';
import { FcnError } from '../../../core/errors.js';
import type { Pair } from '../../../core/shape.js';
import { writeFileAtomic } from '../../../io/atomic-file.js';
import { inspectNetwork, type Inspection } from '../../../plan/inspection.js';
import type { PlanMode } from '../../../plan/plan.js';
import { CommandError, EXIT, oneLine, usageError } from '../../shell/exit-codes.js';
import { drawInspection } from '../../../draw/inspection-drawing.js';
import { networkToInspect } from './model-source.js';
import { inspectionTable } from './table.js';

/** What `fcn inspect` was told, after the model. */
export interface InspectOptions {
  /** Height and width of the image. */
  readonly size: Pair;
  /** How scores would be computed. */
  readonly mode: PlanMode;
  /** True for JSON instead of a table. */
  readonly json?: boolean;
  /** File for the drawing. */
  readonly svg?: string;
}

/** Nothing is computed: no more memory is needed than a backend has at least. */
const NO_MEMORY = 1;

/**
 * Does the work of `fcn inspect`.
 *
 * @throws {@link CommandError} with the exit code, unless everything was shown.
 */
export async function runInspect(model: string, options: InspectOptions): Promise<void> {
  const inspection = await inspect(model, options).catch((cause: unknown) => {
    if (!(cause instanceof FcnError)) throw cause;
    throw new CommandError(EXIT.modelRefused, `model refused: ${cause.message}`, { cause });
  });
  const { json, svg } = options;
  if (svg !== undefined && !isDrawable(inspection)) {
    throw usageError(`--svg: ${model} does not make maps of one image`);
  }
  if (svg !== undefined) await writeDrawing(svg, drawInspection(model, inspection));
  process.stdout.write(
    json === true ? `${jsonLine(model, inspection)}\n` : inspectionTable(model, inspection),
  );
}

async function inspect(model: string, { size, mode }: InspectOptions): Promise<Inspection> {
  const { network, shapes } = await networkToInspect(model, size);
  const backend = await createWasmBackend({ capacityBytes: NO_MEMORY });
  return inspectNetwork(network, shapes, { backend, mode });
}

/** Axes of a map. */
const MAP_RANK = 4;

/** What is drawn is how maps of one image shrink and grow. */
function isDrawable({ inputs, outputs }: Inspection): boolean {
  return inputs.length === 1 && outputs.every(({ shape }) => shape.length === MAP_RANK);
}

async function writeDrawing(path: string, drawing: string): Promise<void> {
  try {
    await writeFileAtomic(path, new TextEncoder().encode(drawing));
  } catch (error) {
    throw new CommandError(EXIT.failed, `cannot write ${path}: ${oneLine(error)}`);
  }
}

function jsonLine(model: string, inspection: Inspection): string {
  return JSON.stringify({ model, ...inspection });
}
