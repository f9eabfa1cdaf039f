import type { WasmBackend } from '../backend/wasm/index.js';
import {
  BYTE_LIMIT,
  checkOptions,
  FLAG,
  OBJECT,
  oneOf,
  wholeNumber,
  type OptionChecks,
} from '../core/check-options.js';
import { digestOfText } from '../core/digest.js';
import { FcnError, ShapeError } from '../core/errors.js';
import type { NamedArrays } from '../core/named-arrays.js';
import { sameShape, showShape, type Shape } from '../core/shape.js';
import { shapesByName, type InputShapes } from '../graph/input-shapes.js';
import { trace } from '../graph/trace.js';
import type { Module } from '../nn/module.js';
import { asNetwork, type Network } from '../nn/network.js';
import { describePrograms } from './describe-programs.js';
import { fitMemory } from './program/fit-memory.js';
import type { LayerList } from './layers/layers.js';
import { lower } from './layers/lower.js';
import type { ActivationMemory } from './memory/activation-memory.js';
import { optimize } from './layers/passes/index.js';
import { makePlan } from './make-plan.js';
import type { PlanParts } from './make-plan.js';
import type { Plan } from './plan.js';
import type { PlanMode } from './layers/plan-mode.js';
import type { Port } from './ports.js';
import { placePrograms } from './program/place-programs.js';
import type { PackedWeights } from './memory/weight-store.js';
import type { MeasuredPrograms, MeasuredProgram } from './program/measure.js';
import { splitResults, type NetworkResult } from './layers/results.js';

/** Options of {@link compile}. */
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
  /** Most bytes that the plan may take, weights included; default: as many as make it fastest. */
  readonly memory?: number;
  /** Numbers of parameters by their names, for those of a network without any, or instead of its own. */
  readonly weights?: NamedArrays;
  /** Weights that were packed before. */
  readonly packed?: PackedWeights;
  /** Activation memory in which several plans take turns; default: the plan has its own. */
  readonly activationMemory?: ActivationMemory;
}

const OPTIONS: OptionChecks<CompileOptions> = {
  backend: OBJECT,
  mode: oneOf('exact', 'fast'),
  threads: wholeNumber(1),
  region: FLAG,
  memory: BYTE_LIMIT,
  weights: OBJECT,
  packed: OBJECT,
  activationMemory: OBJECT,
};

/**
 * Makes a network ready for inputs of one size: layers are fused, weights packed, and every map has its
 * place in memory before the first run.
 *
 * The plan computes with the weights of this moment. Plans of one network share what was packed.
 *
 * @param model - Not in training mode. Its inputs have any rank and start with the same N, such as images
 *   `[N, C, H, W]`; so does what it gives, unless N is 1.
 * @param shapes - Of the input, or of each input by its name; the images of a batch run one after another.
 * @throws {@link ShapeError} if the network does not take these shapes.
 * @throws {@link MemoryBudgetError} if it cannot be computed in `memory`.
 * @throws {@link FcnError} if shapes have other names than the network's inputs, the network is in
 *   training mode, mixes images, has no numbers, or does not fit in memory, or if `threads` is no number of them.
 */
export function compile(
  model: Module | Network,
  shapes: InputShapes,
  options: CompileOptions,
): Plan {
  checkOptions('compile', options, OPTIONS);
  checkWeights(asNetwork(model), options.weights ?? new Map());
  const { measured, ...drafted } = draftPlan(model, shapes, options);
  const programs = placePrograms(measured.programs, measured.bytes, options);
  return makePlan({ ...drafted, programs, backend: options.backend });
}

/** A plan before any memory is taken for it. */
export interface PlanDraft extends Omit<PlanParts, 'programs' | 'backend'> {
  /** The programs and the memory that they need. */
  readonly measured: MeasuredPrograms;
  /** The network's layers. */
  readonly list: LayerList;
}

/**
 * The first half of {@link compile}, with the same parameters and errors. No weight is read but those by
 * whose values layers are recognised, so that the network may be dry; then the hash is of no plan.
 */
export function draftPlan(
  model: Module | Network,
  shapes: InputShapes,
  options: CompileOptions,
): PlanDraft {
  const { backend, mode = 'exact', memory = Infinity } = options;
  const network = asNetwork(model);
  const inputs = shapesByName(network, shapes);
  const images = imagesOf(inputs);
  const optimized = layersFor(network, withImages(inputs, 1), options);
  const { list, results } = splitResults(optimized);
  if (images > 1) checkBatch(network, inputs, results);
  const threads = threadsOf(options);
  const planned = { backend, list, results, region: options.region ?? true, threads };
  const measured = fitMemory(planned, mode, memory);
  return {
    ...{ measured, list, images, mode, threads, layers: describePrograms(measured) },
    inputs: portsOf(network.inputs, list.inputs),
    outputs: portsOf(network.outputs, results),
    predictedPeakBytes: measured.peakBytes,
    hash: hashOf(mode, [...inputs], measured.first),
  };
}

function threadsOf({ backend, threads = backend.threading.threads }: CompileOptions): number {
  if (!(Number.isInteger(threads) && threads >= 1)) {
    throw new FcnError(`compile: no plan runs on ${String(threads)} threads`);
  }
  return Math.min(threads, backend.threading.threads);
}

/** How many images the inputs hold. */
function imagesOf(inputs: ReadonlyMap<string, Shape>): number {
  const counts = [...inputs].map(([name, shape]) => {
    const [images = 0] = shape;
    if (images < 1) throw new ShapeError(`compile: no image in ${name}, ${showShape(shape)}`);
    return images;
  });
  const [images = 1] = counts;
  if (counts.every((count) => count === images)) return images;
  throw new ShapeError(`compile: inputs of ${counts.join(', ')} images`);
}

function withImages(shapes: ReadonlyMap<string, Shape>, images: number): Map<string, Shape> {
  return new Map([...shapes].map(([name, [, ...rest]]) => [name, [images, ...rest]]));
}

/** Every parameter must have numbers, its own or given ones. */
function checkWeights(network: Network, weights: NamedArrays): void {
  for (const [name, { backend, shape }] of network.parameters()) {
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
  network: Network,
  shapes: ReadonlyMap<string, Shape>,
  { mode = 'exact', weights }: CompileOptions,
): LayerList {
  return optimize(lower(trace(network, shapes), network.parameters(), weights), mode);
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

/** Inputs or results of one image, with their names. */
function portsOf(names: readonly string[], values: readonly { readonly shape: Shape }[]): Port[] {
  return names.map((name, i) => ({ name, shape: values[i].shape }));
}

function hashOf(
  mode: PlanMode,
  inputs: readonly (readonly [string, Shape])[],
  { units, memory: { constantKeys } }: MeasuredProgram,
): string {
  const steps = units.map(({ layer: { name, kind, output }, algorithm }) => {
    return [name, kind, algorithm.name, output.shape];
  });
  return digestOfText(JSON.stringify({ mode, inputs, steps, constantKeys }));
}
