import type { Arena } from '../../backend/wasm/arena.js';
import type { Kernels } from '../../backend/wasm/load.js';
import type { NamedArray } from '../../core/named-arrays.js';
import { readPart } from '../../core/stored-array.js';
import { toNumber, winogradMatrices } from './matrices.js';
import { pointsOf, type WinogradLayer } from './plan.js';

/** Filters that are transformed together: the lanes of the kernel. */
const LANES = 8;

/** Fields of a `WinogradFilterJob` in kernels/winograd-filter.ts. */
const JOB_WORDS = 8;

/**
 * U = G · w · Gᵀ for every filter, in float64 and rounded once. The weights go through the kernels' memory
 * eight filters at a time, so that a stored weight is never in memory as a whole.
 *
 * @param weight - `[O, C, taps, taps]`.
 * @param layer - Its `outputs` and `channels` are O and C, filled up; what is added gets 0.
 * @param u - `plan.weightFloats` numbers in the arena, `[points²][outputs / 8][channels][8]`.
 */
export function transformFilters(
  { kernels, arena }: { readonly kernels: Kernels; readonly arena: Arena },
  weight: NamedArray,
  { form, outputs, channels }: Pick<WinogradLayer, 'form' | 'outputs' | 'channels'>,
  u: Float32Array,
): void {
  const [O, C] = weight.shape;
  const points = pointsOf(form);
  const g = winogradMatrices(form.tile, form.taps).filter.flat().map(toNumber);
  const slabFloats = LANES * C * form.taps ** 2;
  const slab = arena.alloc(slabFloats);
  const room = LANES * (form.taps ** 2 + points * form.taps + 1);
  const job = arena.alloc(JOB_WORDS + 2 * (g.length + room));
  new Int32Array(job.buffer, job.byteOffset, JOB_WORDS).set([
    ...[slab.byteOffset, u.byteOffset, O, C, form.taps, points, outputs, channels],
  ]);
  new Float64Array(job.buffer, job.byteOffset + 4 * JOB_WORDS, g.length).set(g);
  for (let task = 0; task < outputs / LANES; task++) {
    const filters = Math.min(LANES, O - task * LANES);
    if (filters > 0) {
      const own = slab.subarray(0, (slabFloats / LANES) * filters);
      readPart(weight, task * slabFloats, own);
    }
    kernels.winograd_filter_f32(job.byteOffset, task);
  }
  arena.free(job);
  arena.free(slab);
}
