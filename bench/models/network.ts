import type { Backend, FloatArray } from '../../src/backend/backend.js';
import { createRng, type Rng } from '../../src/core/rng.js';
import { numel, type Shape } from '../../src/core/shape.js';
import type { Module } from '../../src/nn/module.js';
import type { Network } from '../../src/nn/network.js';

/** A network that every engine can be given. */
export interface BenchNetwork {
  /** What it is, for tables. */
  readonly title: string;
  /** Extent of the square input if none is asked for. */
  readonly size: number;
  /** Shape of the input of that extent, `[1, C, size, size]`. */
  inputShape(size: number): Shape;
  /** Builds it, with its weights; null for its graph alone. */
  build(backend: Backend | null): Module | Network;
  /** Numbers of an input of a shape; without it they are from a seed, {@link networkInput}. */
  input?(shape: Shape): Float32Array;
}

/** The photo's numbers reach so far to both sides of 0, as without their mean. */
const LARGEST_INPUT = 128;
const LARGEST_BIAS = 16;

/**
 * Weights from a seed: uniform, of the variance 2 / n that keeps the size of activations through
 * rectifiers, since 134 million normal numbers would take longer than what is measured. Biases keep
 * a padded border from being all zeros; the variances and factors of normalisations lie around 1.
 *
 * @param keeps - Says which parameters stay as they were made.
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

/** From the smallest number to the largest. */
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

/** Numbers like those of a photo without its mean. */
export function networkInput(shape: Shape): Float32Array {
  const rng = createRng(500);
  const input = new Float32Array(numel(shape));
  fillUniform(input, around0(LARGEST_INPUT), rng);
  return input;
}
