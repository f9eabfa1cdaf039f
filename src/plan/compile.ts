import type { WasmBackend } from '../backend/wasm/index.js';
import { digestOfText } from '../core/digest.js';
import { FcnError, ShapeError } from '../core/errors.js';
import type { NamedArrays } from '../core/named-arrays.js';
import { assertRank, sameShape, showShape, type Shape } from '../core/shape.js';
import { trace } from '../graph/trace.js';
import type { Module } from '../nn/module.js';
import { fitMemory } from './fit-memory.js';
import type { PlanLayer } from './layers.js';
import { lower } from './lower.js';
import { optimize } from './passes/index.js';
import { makePlan, type LayerDescription, type Plan, type PlanMode } from './plan.js';
import type { Sketch } from './sketch.js';
import { RealPlacement } from './steps/placement.js';
import { splitResult } from './steps/result.js';
import { scheduleOf, type Scheduled } from './steps/schedule.js';
import { WeightStore, type PackedWeights } from './steps/weight-store.js';

/** What {@link compile} may be told. */
export interface CompileOptions {
  /** Where the network's parameters live and the plan runs. */
  readonly backend: WasmBackend;
  /** Whether every bit is that of the eager ops; default `exact`. */
  readonly mode?: PlanMode;
  /** Most bytes that the plan may take, weights included; default: as many as make it fastest. */
  readonly memory?: number;
  /** Numbers of parameters by their names, for those of a network without any, or instead of its own. */
  readonly weights?: NamedArrays;
  /** Weights that were packed before. */
  readonly packed?: PackedWeights;
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
 * @throws {@link MemoryBudgetError} if it cannot be computed in `memory`.
 * @throws {@link FcnError} if the network is in training mode, mixes images, has no numbers, or does not
 *   fit in the backend's memory.
 */
export function compile(model: Module, inputShape: Shape, options: CompileOptions): Plan {
  const { backend, mode = 'exact', memory = Infinity } = options;
  assertRank('compile input', inputShape, 4);
  const [images, ...image] = inputShape;
  if (images < 1) throw new ShapeError(`compile: no image in ${showShape(inputShape)}`);
  checkWeights(model, options.weights ?? new Map());
  const { layers, result } = splitResult(layersFor(model, [1, ...image], options));
  const outputShape = outputFor(model, inputShape, result.shape);
  const sketch = fitMemory({ backend, layers, result }, mode, memory);
  const described = describe(sketch);
  return makePlan({
    ...place(sketch, options),
    ...{ backend, inputShape, outputShape, mode, layers: described },
    predictedPeakBytes: sketch.peakBytes,
    ownBytes: sketch.layout.bytes + sketch.memory.jobBytes,
    hash: hashOf(mode, inputShape, described, sketch),
  });
}

/** Every parameter must have numbers, its own or given ones. */
function checkWeights(model: Module, weights: NamedArrays): void {
  for (const [name, { backend, shape }] of model.parameters()) {
    const given = weights.get(name);
    if (given === undefined && backend === null) {
      throw new FcnError(`compile: ${name} has no numbers`);
    }
    if (given !== undefined && !sameShape(given.shape, shape)) {
      throw new FcnError(
        `compile: ${name} is ${showShape(shape)}, the array ${showShape(given.shape)}`,
      );
    }
  }
}

function layersFor(
  model: Module,
  inputShape: Shape,
  { mode = 'exact', weights }: CompileOptions,
): readonly PlanLayer[] {
  const graph = trace(model, inputShape);
  return optimize(lower(graph, model.parameters(), weights), mode).layers;
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
  { prepared, layout, memory: { jobBytes } }: Sketch,
  { backend, packed }: CompileOptions,
): Scheduled & { readonly release: () => void } {
  const weights = new WeightStore(backend, packed);
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

function describe({ prepared, layout, tasks }: Sketch): LayerDescription[] {
  return prepared.map(({ layer, recipe }, i) => ({
    ...{ name: layer.name, kind: layer.kind, algorithm: recipe.algorithm, reason: recipe.reason },
    shape: layer.output.shape,
    offsetBytes: layout.offset(layer.output),
    sizeBytes: layout.size(layer.output),
    workspaceBytes: layout.workspaces[i].bytes,
    tasks: tasks[i],
  }));
}

function hashOf(
  mode: PlanMode,
  inputShape: Shape,
  layers: readonly LayerDescription[],
  { memory: { constantKeys } }: Sketch,
): string {
  return digestOfText(JSON.stringify({ mode, inputShape, layers, constantKeys }));
}
