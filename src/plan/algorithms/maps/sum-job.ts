import { FcnError } from '../../../core/errors.js';
import type { Pair } from '../../../core/shape.js';
import type { PlacedMap } from '../../memory/map-buffer.js';
import { rowTasks } from '../row-tasks.js';
import { bitsOf, type Job } from '../job.js';

/** An operand of a sum. */
export interface SumOperand {
  /** Its map, with the pitch of the result. */
  readonly x: PlacedMap;
  /** Its factor, rounded to float32. */
  readonly coefficient: number;
  /** Row and column of `x` at the result's first pixel. */
  readonly offset: Pair;
}

/** Start and end of a sum. */
export interface SumEnds {
  /** True if the sum starts from +0; false if it starts with the first term. */
  readonly fromZero: boolean;
  /** True if max(0, ·) follows. */
  readonly relu: boolean;
}

/**
 * Returns the job of kernels/nhwc-sum.ts: a weighted sum of maps of one image.
 *
 * @param operands - At least one, in the order of the sum.
 * @param y - Result; its padding channels are set to 0.
 * @throws {@link FcnError} if the pitches differ.
 */
export function sumJob(operands: readonly SumOperand[], y: PlacedMap, ends: SumEnds): Job {
  if (operands.some(({ x }) => x.pitch !== y.pitch)) {
    throw new FcnError('sum: operands and result differ in pitch');
  }
  const { bandRows, tasks } = rowTasks(y.height, y.rowPitch * operands.length);
  const words = Int32Array.of(
    ...[y.address, 4 * y.rowPitch, y.height, y.width, 4 * y.pitch, y.pitch - y.channels],
    ...[operands.length, ends.fromZero ? 1 : 0, ends.relu ? 1 : 0, bandRows],
    ...operands.flatMap(({ x, coefficient, offset }) => [
      pixelAddress(x, offset),
      4 * x.rowPitch,
      bitsOf(coefficient),
    ]),
  );
  return { kernel: 'nhwc_sum_f32', words, tasks };
}

/** Returns the byte address of a pixel of a map. */
export function pixelAddress(map: PlacedMap, [row, column]: Pair): number {
  return map.address + 4 * (row * map.rowPitch + column * map.pitch);
}
