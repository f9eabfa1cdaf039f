import type { WasmBackend } from '../backend/wasm/index.js';
import { FcnError, ShapeError } from '../core/errors.js';
import { assertRank, sameShape, showShape, type Shape } from '../core/shape.js';
import { trace } from '../graph/trace.js';
import type { Module } from '../nn/module.js';
import { chooseRecipe } from './choose-algorithm.js';
import type { PlanLayer } from './layers.js';
import { lower } from './lower.js';
import { optimize } from './passes/index.js';
import { makePlan, type LayerDescription, type Plan, type PlanMode } from './plan.js';
import { digestOfText } from './steps/digest.js';
import { eagerBytes } from './steps/eager.js';
import { layOut, type PlanLayout } from './steps/lay-out.js';
import { DryPlacement, RealPlacement, type StepMemory } from './steps/placement.js';
import { splitResult } from './steps/result.js';
import { scheduleOf, type Scheduled } from './steps/schedule.js';
import type { PreparedLayer } from './steps/step.js';
import { WeightStore } from './steps/weight-store.js';

/** What {@link compile} may be told. */
export interface CompileOptions {
  /** Where the network's parameters live and the plan runs. */
  readonly backend: WasmBackend;
  /** Whether every bit is that of the eager ops; default `exact`. */
  readonly mode?: PlanMode;
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
 * @throws {@link FcnError} if the network is in training mode, mixes images, or does not fit in memory.
 */
export function compile(model: Module, inputShape: Shape, options: CompileOptions): Plan {
  const { prepared, layout, memory, ...drafted } = draftPlan(model, inputShape, options);
  const placed = place(prepared, layout, memory, options.backend);
  return makePlan({ ...placed, ...drafted, backend: options.backend });
}

/** A plan before it takes any memory: everything that can be said about it. */
export interface PlanDraft extends Pick<
  Plan,
  'inputShape' | 'outputShape' | 'mode' | 'predictedPeakBytes' | 'ownBytes' | 'layers' | 'hash'
> {
  /** The layers, and how they are going to be computed. */
  readonly prepared: readonly PreparedLayer[];
  /** Where everything lies that comes and goes while the plan runs. */
  readonly layout: PlanLayout;
  /** What it takes besides. */
  readonly memory: StepMemory;
}

/**
 * The first half of {@link compile}, with the same parameters and errors. No weight is read but those by
 * whose values layers are recognised, so that the network may be dry; then the hash is of no plan.
 */
export function draftPlan(model: Module, inputShape: Shape, options: CompileOptions): PlanDraft {
  const { backend, mode = 'exact' } = options;
  assertRank('compile input', inputShape, 4);
  const [images, ...image] = inputShape;
  if (images < 1) throw new ShapeError(`compile: no image in ${showShape(inputShape)}`);
  const { layers, result } = splitResult(layersFor(model, [1, ...image], mode));
  const outputShape = outputFor(model, inputShape, result.shape);
  const prepared = layers.map((layer) => ({ layer, recipe: chooseRecipe(layer, mode, backend) }));
  const layout = layOut(prepared, result);
  const dry = new DryPlacement(layout);
  const described = describe(prepared, layout, scheduleOf(prepared, layout, dry, backend));
  const memory = dry.counted();
  return {
    ...{ prepared, layout, memory, inputShape, outputShape, mode, layers: described },
    predictedPeakBytes: layout.bytes + memory.jobBytes + memory.constantBytes + transient(layers),
    ownBytes: layout.bytes + memory.jobBytes,
    hash: hashOf(mode, inputShape, described, memory),
  };
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

/** Allocates what was counted and writes jobs and packed weights into it. */
function place(
  prepared: readonly PreparedLayer[],
  layout: PlanLayout,
  { jobBytes }: StepMemory,
  backend: WasmBackend,
): Scheduled & { readonly release: () => void } {
  const weights = new WeightStore(backend);
  const memory = backend.arena.alloc((layout.bytes + jobBytes) / 4);
  const release = (): void => {
    weights.release();
    if (backend.isLive(memory)) backend.free(memory);
  };
  try {
    const base = memory.byteOffset;
    const parts = { backend, layout, weights, base, jobs: base + layout.bytes };
    return { ...scheduleOf(prepared, layout, new RealPlacement(parts), backend), release };
  } catch (error) {
    release();
    throw error;
  }
}

function describe(
  prepared: readonly PreparedLayer[],
  layout: PlanLayout,
  { tasks }: Scheduled,
): LayerDescription[] {
  return prepared.map(({ layer, recipe }, i) => ({
    ...{ name: layer.name, kind: layer.kind, algorithm: recipe.algorithm, reason: recipe.reason },
    shape: layer.output.shape,
    offsetBytes: layout.offset(layer.output),
    sizeBytes: layout.size(layer.output),
    workspaceBytes: layout.workspaces[i].bytes,
    tasks: tasks[i],
  }));
}

/** The most that eager layers take on top while they run. */
function transient(layers: readonly PlanLayer[]): number {
  return Math.max(0, ...layers.map((layer) => (layer.kind === 'op' ? eagerBytes(layer) : 0)));
}

function hashOf(
  mode: PlanMode,
  inputShape: Shape,
  layers: readonly LayerDescription[],
  { constantKeys }: StepMemory,
): string {
  return digestOfText(JSON.stringify({ mode, inputShape, layers, constantKeys }));
}
