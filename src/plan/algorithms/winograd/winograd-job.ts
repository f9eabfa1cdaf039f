/** Jobs of a Winograd convolution, as defined in kernels/winograd-job.ts. */
import type { PlacedMap } from '../../memory/map-buffer.js';
import { bitsOf, type Job } from '../job.js';
import type { WinogradTasks } from './blocking.js';
import { pointsOf } from './form.js';

/** A layer with the addresses of its maps, weights and workspace. */
export interface PlacedWinograd {
  readonly plan: WinogradTasks;
  /** Input, with a border of at least the padding. */
  readonly x: PlacedMap;
  /** Output, after pooling; its padding channels are set to 0, its border is unchanged. */
  readonly y: PlacedMap;
  /** Rows and columns of zeros above and on the left of the map. */
  readonly padding: readonly [rows: number, columns: number];
  /** Byte address of the weights that `filterPacking` wrote, a multiple of 16. */
  readonly weightAddress: number;
  /** Byte address of `[plan.layer.outputs]` f32, a multiple of 16. */
  readonly biasAddress: number;
  /** Byte address of `plan.sharedBytes`, then `plan.workspaceBytes` for each thread; a multiple of 64. */
  readonly workspace: number;
}

/** Start of sums without bias. */
const ZEROS = [0, 0, 0, 0, 0, 0, 0, 0];

/** Returns the jobs of a layer; each must end before the next starts. */
export function winogradJobs(at: PlacedWinograd): Job[] {
  const { plan, x, y, padding, workspace } = at;
  const { channels, outputs, rows, columns, dilation, pooled, relu, form } = plan.layer;
  const [pooledRows, pooledColumns] = pooled ?? [0, 0];
  const firstPixel = x.address - 4 * (padding[0] * x.rowPitch + padding[1] * x.pitch);
  const words = Int32Array.from([
    ...[firstPixel, at.weightAddress, at.biasAddress, y.address],
    ...[workspace + plan.sharedBytes, plan.workspaceBytes],
    ...[workspace, plan.vOffset, plan.vPositionBytes, plan.vTileBytes],
    ...[plan.mOffset, plan.mPositionBytes, plan.mTileBytes],
    ...[channels, outputs, plan.outputsPerTask],
    ...[form.taps - 1, 4 * x.rowPitch, 4 * x.pitch],
    ...[rows, columns, 4 * y.rowPitch, 4 * y.pitch, pooledRows, pooledColumns],
    ...[...dilation, form.tile, pointsOf(form)],
    ...[plan.tileColumns, plan.gridTiles, plan.tileCount, plan.tilesPerTask, plan.blocks],
    bitsOf(relu ? 0 : -Infinity),
    ...ZEROS,
  ]);
  const tasks = plan.taskCount;
  if (plan.sharedBytes === 0) return [{ kernel: 'winograd_conv_f32', words, tasks }];
  return [
    { kernel: 'winograd_transform_f32', words, tasks: plan.transformCount },
    { kernel: 'winograd_multiply_f32', words, tasks },
  ];
}
