import type { Pair } from '../../../core/shape.js';
import type { PlacedMap } from '../../memory/map-buffer.js';
import { rowTasks } from '../row-tasks.js';
import type { Job } from '../job.js';
import { pixelAddress } from './sum-job.js';

/**
 * Copies a rectangle of a map with the extent of the result: a job of kernels/nhwc-copy.ts.
 *
 * @param offset - Row and column of `x` at the result's first pixel.
 */
export function cropJob(x: PlacedMap, y: PlacedMap, offset: Pair): Job {
  return copyJob(x, y, { from: pixelAddress(x, offset), channel: 0, clear: y.pitch - y.channels });
}

/**
 * Concatenates the channels of maps: a job of kernels/nhwc-copy.ts for each map. The last job sets the
 * padding channels to 0; the jobs may run in any order, or at once.
 */
export function concatJobs(maps: readonly PlacedMap[], y: PlacedMap): Job[] {
  let channel = 0;
  return maps.map((x, i) => {
    const clear = i + 1 < maps.length ? 0 : y.pitch - y.channels;
    const job = copyJob(x, y, { from: x.address, channel, clear });
    channel += x.channels;
    return job;
  });
}

/** Source and destination of the copied channels. */
interface Place {
  /** Byte address of the pixel that is copied to the first pixel of `y`. */
  readonly from: number;
  /** First channel in a pixel of `y`. */
  readonly channel: number;
  /** Number of channels after them that are set to 0. */
  readonly clear: number;
}

function copyJob(x: PlacedMap, y: PlacedMap, { from, channel, clear }: Place): Job {
  const { bandRows, tasks } = rowTasks(y.height, y.width * x.pitch);
  const words = Int32Array.of(
    ...[from, y.address + 4 * channel],
    ...[4 * x.rowPitch, 4 * x.pitch, 4 * y.rowPitch, 4 * y.pitch],
    ...[y.height, y.width, x.channels, clear, bandRows],
  );
  return { kernel: 'nhwc_copy_f32', words, tasks };
}
