import type { NamedArray } from '../../../core/named-arrays.js';
import { packingOf } from '../packing.js';
import type { Packing } from '../../memory/packing.js';
import { toNumber, winogradMatrices } from './matrices.js';
import type { WinogradLayer } from './blocking.js';
import { pointsOf } from './form.js';

/** Filters that the kernel transforms together, one per lane. */
const LANES = 8;

/** Fields of a `WinogradFilterJob` in kernels/winograd-filter.ts. */
const JOB_WORDS = 10;

/**
 * Packs U = G · w · Gᵀ of every filter, computed in float64 and rounded once, as
 * `[points²][outputs / 8][channels][8]`: `weightFloats` numbers.
 *
 * @param weight - `[O, C, taps, taps]`.
 * @param layer - Layer whose `outputs` and `channels` are O and C with padding; the padding gets 0.
 */
export function filterPacking(
  weight: NamedArray,
  { form, outputs, channels }: Pick<WinogradLayer, 'form' | 'outputs' | 'channels'>,
): Packing {
  const [O, C] = weight.shape;
  const { taps } = form;
  const points = pointsOf(form);
  const g = winogradMatrices(form.tile, taps).filter.flat().map(toNumber);
  const room = LANES * (taps ** 2 + points * taps + 1);
  return packingOf({
    weight,
    blocks: outputs / LANES,
    startOf: (block) => Math.min(block * LANES, O) * C * taps ** 2,
    jobFor({ w, target, first, blocks, threads }) {
      const words = new Int32Array(JOB_WORDS + 2 * (g.length + threads * room));
      words.set([w, target, O, C, taps, points, outputs, channels, first, 8 * room]);
      new Float64Array(words.buffer, 4 * JOB_WORDS, g.length).set(g);
      return { kernel: 'winograd_filter_f32', words, tasks: blocks };
    },
  });
}
