import type { FloatArray } from '../../src/backend/attributes.js';
import type { Backend } from '../../src/backend/backend.js';
import { createRng, type Rng } from '../../src/core/rng.js';
import { numel, type Shape } from '../../src/core/shape.js';
import type { Module } from '../../src/nn/module.js';
import type { Network } from '../../src/nn/network.js';

/** A network for all engines. */
export interface BenchNetwork {
  /** Description, for tables. */
  readonly title: string;
  /** Default extent of the square input. */
  readonly size: number;
  /** Shape of an input, `[1, C, size, size]`. */
  inputShape(size: number): Shape;
  /** Builds the network with its weights; a null backend gives the graph alone. */
  build(backend: Backend | null): Module | Network;
  /** Values of an input of a shape; default: from a seed, {@link networkInput}. */
  input?(shape: Shape): Float32Array;
}

/** Bound of the absolute values of an input: a photo minus its mean. */
const LARGEST_INPUT = 128;
const LARGEST_BIAS = 16;

/**
 * Weights from a seed: uniform, of the variance 2 / n that keeps the size of activations through
 * ReLUs, because 134 million normal numbers would take longer than the measured pass. Biases keep
 * a padded border from being all zeros; the variances and factors of normalisations are around 1.
 *
 * @param keeps - True for parameters that keep their initial values.
 */
export function fillFromSeed(
  network: Pick<Module, 'parameters'>,
  keeps: (name: string) => boolean,
): void {
  const rng = createRng(8);
  for (const [name, { data, shape }] of network.parameters()) {
    if (!keeps(name)) fillUniform(data, rangeOf(name, shape), rng);
  }
}

/** Smallest and largest value. */
type Range = readonly [from: number, to: number];

function rangeOf(name: string, shape: Shape): Range {
  if (name.endsWith('.running_var')) return [0.5, 2];
  if (shape.length > 1) return around0(Math.sqrt((6 * shape[0]) / numel(shape)));
  return name.endsWith('.weight') ? [0.5, 1.5] : around0(LARGEST_BIAS);
}

function around0(bound: number): Range {
  return [-bound, bound];
}

function fillUniform(numbers: FloatArray, [from, to]: Range, rng: Rng): void {
  for (let i = 0; i < numbers.length; i++) numbers[i] = from + (to - from) * rng.uniform();
}

/** Values like those of a photo minus its mean. */
export function networkInput(shape: Shape): Float32Array {
  const rng = createRng(500);
  const input = new Float32Array(numel(shape));
  fillUniform(input, around0(LARGEST_INPUT), rng);
  return input;
}
