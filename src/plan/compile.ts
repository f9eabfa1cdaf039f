import type { WasmBackend } from '../backend/wasm/index.js';
import { FcnError, ShapeError } from '../core/errors.js';
import { assertRank, sameShape, showShape, type Shape } from '../core/shape.js';
import { trace } from '../graph/trace.js';
import type { Module } from '../nn/module.js';
import { chooseRecipe } from './choose-algorithm.js';
import { macsOf } from './describe.js';
import type { PlanLayer } from './layers.js';
import { lower } from './lower.js';
import { optimize } from './passes/index.js';
import { makePlan } from './plan.js';
import type { LayerDescription, LayerRegion, Plan, PlanMode } from './plan.js';
import { hullOf, NOWHERE } from './rect.js';
import { heldBytes, placePrograms } from './region/place-programs.js';
import { macsOfParts, programsFor } from './region/programs.js';
import { digestOfText } from './steps/digest.js';
import { eagerBytes } from './steps/eager.js';
import { DryPlacement, type StepMemory } from './steps/placement.js';
import { splitResult } from './steps/result.js';
import { scheduleOf, type Program } from './steps/schedule.js';
import type { PreparedLayer } from './steps/step.js';

/** What {@link compile} may be told. */
export interface CompileOptions {
  /** Where the network's parameters live and the plan runs. */
  readonly backend: WasmBackend;
  /** Whether every bit is that of the eager ops; default `exact`. */
  readonly mode?: PlanMode;
  /** Most threads that share the work; default and limit: those of the backend. */
  readonly threads?: number;
  /**
   * Whether images after the first may be computed only where they can differ from it, which changes no
   * bit; default true. It is done where it pays, as with large padding around the image.
   */
  readonly region?: boolean;
}

/**
 * Makes a network ready for inputs of one size: layers are fused, weights packed, and every map has its
 * place in memory before the first run.
 *
 * The plan computes with the weights of this moment. Plans of one network share what was packed.
 *
 * @param model - Not in training mode. One input and one output, both `[N, C, H, W]` for any N.
 * @param inputShape - `[N, C, H, W]`; the images of a batch run one after another.
 * @throws {@link ShapeError} if the network does not take that shape.
 * @throws {@link FcnError} if the network is in training mode, mixes images, or does not fit in memory,
 *   or if `threads` is no number of them.
 */
export function compile(model: Module, inputShape: Shape, options: CompileOptions): Plan {
  const { backend, mode = 'exact' } = options;
  assertRank('compile input', inputShape, 4);
  const [images, ...image] = inputShape;
  if (images < 1) throw new ShapeError(`compile: no image in ${showShape(inputShape)}`);
  const { layers, result } = splitResult(layersFor(model, [1, ...image], mode));
  const outputShape = outputFor(model, inputShape, result.shape);
  const prepared = layers.map((layer) => ({
    ...{ layer, recipe: chooseRecipe(layer, mode, backend) },
  }));
  const threads = threadsOf(options);
  const programs = programsFor(prepared, result, { region: options.region ?? true, threads });
  const first = measure(programs.first(0), backend);
  const later = programs.later && measure(programs.later(0), backend);
  const described = describe(first, later);
  const memory = {
    ...{ firstBytes: first.bytes, laterBytes: later?.bytes ?? first.bytes },
    storedBytes: programs.storedBytes,
  };
  const transientBytes = Math.max(0, ...layers.map(eagerLayerBytes));
  return makePlan({
    programs: placePrograms(programs, memory, backend),
    ...{ backend, inputShape, outputShape, mode, threads, layers: described },
    predictedPeakBytes: heldBytes(memory) + first.memory.constantBytes + transientBytes,
    hash: hashOf(mode, inputShape, described, first.memory),
  });
}

function threadsOf({ backend, threads = backend.threading.threads }: CompileOptions): number {
  if (!(Number.isInteger(threads) && threads >= 1)) {
    throw new FcnError(`compile: no plan runs on ${String(threads)} threads`);
  }
  return Math.min(threads, backend.threading.threads);
}

function layersFor(model: Module, inputShape: Shape, mode: PlanMode): readonly PlanLayer[] {
  const graph = trace(model, inputShape);
  return optimize(lower(graph, model.parameters()), mode).layers;
}

/** The output's shape for the whole batch, which must be that of one image for each. */
function outputFor(model: Module, inputShape: Shape, single: Shape): Shape {
  if (inputShape[0] === 1) return single;
  const [{ shape }] = trace(model, inputShape).outputs;
  const [images, ...rest] = shape;
  if (!sameShape([1, ...rest], single) || images !== inputShape[0]) {
    throw new FcnError(
      `compile: the network makes ${showShape(shape)} of a batch and ${showShape(single)} of an image`,
    );
  }
  return shape;
}

/** A program and what it takes. */
interface Measured extends Program {
  readonly tasks: readonly number[];
  readonly memory: StepMemory;
  /** Bytes of its maps, workspaces and jobs. */
  readonly bytes: number;
}

/** Goes through a program without writing anything. */
function measure(program: Program, backend: WasmBackend): Measured {
  const dry = new DryPlacement(program.layout);
  const { tasks } = scheduleOf(program, dry, backend);
  const memory = dry.counted();
  return { ...program, tasks, memory, bytes: program.layout.bytes + memory.jobBytes };
}

function describe(first: Measured, later: Measured | null): LayerDescription[] {
  return first.prepared.map((prepared, i) => {
    const { layer, recipe } = prepared;
    return {
      ...{ name: layer.name, kind: layer.kind, algorithm: recipe.algorithm, reason: recipe.reason },
      ...{ shape: layer.output.shape, macs: macsOf(layer) },
      ...placeOf(first, i),
      region: later && { ...rectangleOf(later.prepared[i]), ...placeOf(later, i) },
    };
  });
}

function placeOf(
  { prepared, layout, tasks }: Measured,
  i: number,
): Pick<LayerDescription, 'offsetBytes' | 'sizeBytes' | 'workspaceBytes' | 'tasks'> {
  const { output } = prepared[i].layer;
  return {
    offsetBytes: layout.offset(output),
    sizeBytes: layout.size(output),
    workspaceBytes: layout.workspaces[i].bytes,
    tasks: tasks[i],
  };
}

function rectangleOf(prepared: PreparedLayer): Pick<LayerRegion, 'rows' | 'columns' | 'macs'> {
  const { rows, columns } = prepared.parts.reduce(hullOf, NOWHERE);
  return {
    rows: [rows.start, rows.end],
    columns: [columns.start, columns.end],
    macs: macsOfParts(prepared),
  };
}

/** What a layer takes on top while it runs, if it is an eager one. */
function eagerLayerBytes(layer: PlanLayer): number {
  return layer.kind === 'op' ? eagerBytes(layer) : 0;
}

function hashOf(
  mode: PlanMode,
  inputShape: Shape,
  layers: readonly LayerDescription[],
  { constantKeys }: StepMemory,
): string {
  const steps = layers.map(({ name, kind, algorithm, shape }) => [name, kind, algorithm, shape]);
  return digestOfText(JSON.stringify({ mode, inputShape, steps, constantKeys }));
}
