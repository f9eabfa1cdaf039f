import type { WasmBackend } from '../backend/wasm/index.js';
import { FcnError, ShapeError } from '../core/errors.js';
import { assertRank, sameShape, showShape, type Shape } from '../core/shape.js';
import { shapesByName, type InputShapes } from '../graph/input-shapes.js';
import { trace } from '../graph/trace.js';
import type { Module } from '../nn/module.js';
import { asNetwork, type Network } from '../nn/network.js';
import { chooseRecipe } from './choose-algorithm.js';
import type { LayerList, PlanLayer } from './layers.js';
import { lower } from './lower.js';
import { optimize } from './passes/index.js';
import { makePlan, type LayerDescription, type Plan, type PlanMode } from './plan.js';
import type { Port } from './ports.js';
import { digestOfText } from './steps/digest.js';
import { eagerBytes } from './steps/eager.js';
import { layOut, type PlanLayout } from './steps/lay-out.js';
import { DryPlacement, RealPlacement, type StepMemory } from './steps/placement.js';
import { splitResults, type NetworkResult } from './steps/result.js';
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
 * @param model - Not in training mode. Each of its inputs is `[N, C, H, W]`, with the same N for all; what
 *   it gives may have any rank, but starts with N.
 * @param shapes - Of the input, or of each input by its name; the images of a batch run one after another.
 * @throws {@link ShapeError} if the network does not take these shapes.
 * @throws {@link FcnError} if shapes have other names than the network's inputs, the network is in
 *   training mode, mixes images, or does not fit in memory.
 */
export function compile(
  model: Module | Network,
  shapes: InputShapes,
  options: CompileOptions,
): Plan {
  const { backend, mode = 'exact' } = options;
  const network = asNetwork(model);
  const inputs = shapesByName(network, shapes);
  const images = imagesOf(inputs);
  const optimized = layersFor(network, withImages(inputs, 1), mode);
  const { list, results } = splitResults(optimized);
  if (images > 1) checkBatch(network, inputs, results);
  const prepared = list.layers.map((layer) => {
    return { layer, recipe: chooseRecipe(layer, mode, backend) };
  });
  const layout = layOut(list, prepared, results);
  const dry = new DryPlacement(layout);
  const described = describe(prepared, layout, scheduleOf(prepared, layout, dry, backend));
  const memory = dry.counted();
  const { steps, release, ...placed } = place(prepared, layout, memory, backend);
  const transientBytes = transient(list.layers);
  return makePlan({
    ...{ backend, images, mode, steps, release, layers: described },
    inputs: portsOf(network.inputs, list.inputs, placed.inputAddresses),
    outputs: portsOf(network.outputs, results, placed.outputAddresses),
    predictedPeakBytes: layout.bytes + memory.jobBytes + memory.constantBytes + transientBytes,
    ownBytes: layout.bytes + memory.jobBytes,
    hash: hashOf(mode, [...inputs], described, memory),
  });
}

/** How many images the inputs hold. */
function imagesOf(inputs: ReadonlyMap<string, Shape>): number {
  const counts = [...inputs].map(([name, shape]) => {
    assertRank(`compile input ${name}`, shape, 4);
    if (shape[0] < 1) throw new ShapeError(`compile: no image in ${name}, ${showShape(shape)}`);
    return shape[0];
  });
  const [images = 1] = counts;
  if (counts.every((count) => count === images)) return images;
  throw new ShapeError(`compile: inputs of ${counts.join(', ')} images`);
}

function withImages(shapes: ReadonlyMap<string, Shape>, images: number): Map<string, Shape> {
  return new Map([...shapes].map(([name, [, ...rest]]) => [name, [images, ...rest]]));
}

function layersFor(
  network: Network,
  shapes: ReadonlyMap<string, Shape>,
  mode: PlanMode,
): LayerList {
  return optimize(lower(trace(network, shapes), network.parameters()), mode);
}

/** Fails unless the outputs of a whole batch are those of its images, one behind the other. */
function checkBatch(
  network: Network,
  inputs: ReadonlyMap<string, Shape>,
  results: readonly NetworkResult[],
): void {
  const [images] = [...inputs.values()].map(([N]) => N);
  trace(network, inputs).outputs.forEach(({ shape: [N, ...rest] }, i) => {
    const { shape } = results[i];
    if (N === images && sameShape([1, ...rest], shape)) return;
    throw new FcnError(
      `compile: the network makes ${showShape([N, ...rest])} of a batch and ${showShape(shape)} of an image`,
    );
  });
}

/** Inputs or results of one image, with their names, at their addresses. */
function portsOf(
  names: readonly string[],
  values: readonly { readonly shape: Shape }[],
  addresses: readonly number[],
): Port[] {
  return names.map((name, i) => ({ name, shape: values[i].shape, address: addresses[i] }));
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
  inputs: readonly (readonly [string, Shape])[],
  layers: readonly LayerDescription[],
  { constantKeys }: StepMemory,
): string {
  return digestOfText(JSON.stringify({ mode, inputs, layers, constantKeys }));
}
