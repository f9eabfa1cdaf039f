import { convolve_band } from './direct-conv';
import { DirectJob, Tile, TILE_BYTES } from './direct-job';

/**
 * A transposed convolution of NHWC maps. Output pixels whose coordinates have the same remainders modulo
 * the stride use the same taps: each of these phases is a convolution with its own output step.
 * Followed by `phaseCount` byte offsets (i32) from here to a {@link DirectJob} each.
 * `src/plan/algorithms/transposed/transposed-job.ts` writes the job.
 */
@unmanaged
class TransposedJob {
  phaseCount: i32;
  /** Byte offset from this job to the scratch: `TILE_BYTES` for each task. */
  scratch: i32;
}

/**
 * Runs one task of a transposed convolution, the same band of rows of every phase: neighbouring rows of
 * the output, which are still in the caches when the next phase writes the pixels between them.
 *
 * acc = bias, then the contributing taps, ky, kx, c ascending. `address` points to a {@link TransposedJob}.
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
