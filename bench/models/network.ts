import type { Backend } from '../../src/backend/backend.js';
import { createRng } from '../../src/core/rng.js';
import { numel, type Shape } from '../../src/core/shape.js';
import type { Module } from '../../src/nn/module.js';

/** A network that every engine can be given. */
export interface BenchNetwork {
  /** What it is, for tables. */
  readonly title: string;
  /** Extent of the square input if none is asked for. */
  readonly size: number;
  /** Shape of the input of that extent, `[1, C, size, size]`. */
  inputShape(size: number): Shape;
  /** Builds it, its weights from a seed; null for its graph alone. */
  build(backend: Backend | null): Module;
}

/** The photo's numbers reach so far to both sides of 0, as without their mean. */
const LARGEST_INPUT = 128;
const LARGEST_BIAS = 16;

/**
 * Weights from a seed: uniform, of the variance 2 / n that keeps the size of activations through
 * rectifiers, since 134 million normal numbers would take longer than what is measured. Biases keep
 * a padded border from being all zeros.
 *
 * @param keeps - Says which parameters stay as they were made.
 */
export function fillFromSeed(network: Module, keeps: (name: string) => boolean): void {
  const rng = createRng(8);
  for (const [name, { data, shape }] of network.parameters()) {
    if (keeps(name)) continue;
    const fanIn = numel(shape) / shape[0];
    const bound = shape.length > 1 ? Math.sqrt(6 / fanIn) : LARGEST_BIAS;
    for (let i = 0; i < data.length; i++) data[i] = bound * (2 * rng.uniform() - 1);
  }
}

/** Numbers like those of a photo without its mean. */
export function networkInput(shape: Shape): Float32Array {
  const rng = createRng(500);
  return new Float32Array(numel(shape)).map(() => LARGEST_INPUT * (2 * rng.uniform() - 1));
}
