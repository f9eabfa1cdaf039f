import { convolve_band } from './direct-conv';
import { DirectJob, Tile, TILE_BYTES } from './direct-job';

/**
 * A transposed convolution of NHWC maps. Output pixels whose coordinates leave the same remainders by
 * the stride see the same taps: each such phase is a convolution with an output of its own step.
 * `phaseCount` byte offsets (i32) from here to a {@link DirectJob} each follow.
 * `src/plan/algorithms/transposed/transposed-job.ts` writes it.
 */
@unmanaged
class TransposedJob {
  phaseCount: i32;
  /** `TILE_BYTES` for each task: a byte offset from this job. */
  scratch: i32;
}

/**
 * One task of a transposed convolution, the same band of rows of every phase: neighbouring rows of the
 * output, which are still in the caches when the next phase writes between its pixels.
 *
 * acc = bias, then the contributing taps, ky, kx, c ascending. `address` is that of a {@link TransposedJob}.
 */
export function direct_transposed_f32(address: usize, task: i32): void {
  const job = changetype<TransposedJob>(address);
  const tile = changetype<Tile>(address + <usize>job.scratch + <usize>task * TILE_BYTES);
  let at = address + offsetof<TransposedJob>();
  for (const end = at + ((<usize>job.phaseCount) << 2); at < end; at += 4) {
    const phase = changetype<DirectJob>(address + load<usize>(at));
    convolve_band(phase, task, 0, phase.groups * phase.groupBlocks, tile);
  }
}
