import { createRng } from '../core/rng.js';

/** Draws to discard: neighbouring seeds begin with similar numbers. */
const WARM_UP = 32;

/** Random order of 0 … n − 1 in an epoch; it depends only on seed and epoch. */
export function epochOrder(n: number, seed: number, epoch: number): Uint32Array {
  const rng = createRng((Math.imul(seed, 0x9e3779b1) + epoch) | 0);
  for (let i = 0; i < WARM_UP; i++) rng.uniform();
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = rng.integer(i + 1);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

/**
 * Creates the sampler of batches. Epochs follow each other without a gap: a batch may contain the end of
 * one and the start of the next, so every sample is used equally often for any batch size.
 *
 * @param n - Number of samples.
 * @param batch - Samples per batch.
 * @returns A function from the number of a batch, in any order, to the numbers of its samples.
 */
export function createSampler(n: number, batch: number, seed: number): (at: number) => number[] {
  let epoch = -1;
  let order: Uint32Array = new Uint32Array();
  const sampleAt = (position: number): number => {
    const wanted = Math.floor(position / n);
    if (wanted !== epoch) {
      order = epochOrder(n, seed, wanted);
      epoch = wanted;
    }
    return order[position % n];
  };
  return (at) => Array.from({ length: batch }, (_, i) => sampleAt(at * batch + i));
}
