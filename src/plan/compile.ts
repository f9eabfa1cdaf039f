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
  /** Backend that stores the network's parameters and runs the plan. */
  readonly backend: WasmBackend;
  /** `exact` gives the bits of the eager ops, `fast` is faster; default `exact`. */
  readonly mode?: PlanMode;
  /** Most threads that share the work; default and limit: those of the backend. */
  readonly threads?: number;
  /**
   * True if images after the first may be computed only where they can differ from it, which changes no
   * bit; default true. The plan does so where it pays, as with large padding around the image.
   */
  readonly region?: boolean;
  /** Most bytes that the plan may take, weights included; default: unlimited. */
  readonly memory?: number;
  /** Arrays by parameter name, used instead of the network's own numbers or for a dry network. */
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
 * The plan uses the weights as they are now. Plans of one network share packed weights.
 *
 * @param model - Network that is not in training mode. Its inputs have any rank and start with the same N,
 *   such as images `[N, C, H, W]`; its outputs start with N too, unless N is 1.
 * @param shapes - Shape of the input, or of each input by its name; the images of a batch run one after another.
 * @throws {@link ShapeError} if the network does not take these shapes.
 * @throws {@link MemoryBudgetError} if it cannot be computed in `memory`.
 * @throws {@link FcnError} if shapes have other names than the network's inputs, the network is in
 *   training mode, mixes images, is dry, or does not fit in memory, or if an option is invalid.
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
 * Drafts a plan: the first half of {@link compile}, with the same parameters and errors. It reads only the
 * weights whose values decide how a layer is computed, so that the network may be dry; then the hash is not
 * that of a plan.
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
    const got = String(threads);
    throw new FcnError(`compile: threads: invalid number (got ${got}, expected at least 1)`);
  }
  return Math.min(threads, backend.threading.threads);
}

/** Returns the number of images of the inputs. */
function imagesOf(inputs: ReadonlyMap<string, Shape>): number {
  const counts = [...inputs].map(([name, shape]) => {
    const [images = 0] = shape;
    if (images < 1)
      throw new ShapeError(`compile: input ${name}: no images (got ${showShape(shape)})`);
    return images;
  });
  const [images = 1] = counts;
  if (counts.every((count) => count === images)) return images;
  throw new ShapeError(`compile: inputs: different batch sizes (got ${counts.join(', ')})`);
}

function withImages(shapes: ReadonlyMap<string, Shape>, images: number): Map<string, Shape> {
  return new Map([...shapes].map(([name, [, ...rest]]) => [name, [images, ...rest]]));
}

/** Throws unless every parameter has numbers, its own or given ones. */
function checkWeights(network: Network, weights: NamedArrays): void {
  for (const [name, { backend, shape }] of network.parameters()) {
    const given = weights.get(name);
    if (given === undefined && backend === null) {
      throw new FcnError(`compile: ${name}: missing numbers; pass them in the option weights`);
    }
    if (given !== undefined && !sameShape(given.shape, shape)) {
      const shapes = `got ${showShape(given.shape)}, expected ${showShape(shape)}`;
      throw new FcnError(`compile: weights: ${name}: unexpected shape (${shapes})`);
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

/** Throws unless the outputs of a batch are the outputs of its images, one after another. */
function checkBatch(
  network: Network,
  inputs: ReadonlyMap<string, Shape>,
  results: readonly NetworkResult[],
): void {
  const [images] = [...inputs.values()].map(([N]) => N);
  trace(network, inputs).outputs.forEach(({ shape: [N, ...rest] }, i) => {
    const { shape } = results[i];
    if (N === images && sameShape([1, ...rest], shape)) return;
    const shapes = `got ${showShape([N, ...rest])} for a batch and ${showShape(shape)} for one image`;
    throw new FcnError(`compile: network mixes the images of a batch (${shapes})`);
  });
}

/** Returns the inputs or results of one image, with their names. */
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
