import type { PoolAttrs } from '../../../backend/attributes.js';
import type { PlacedMap } from '../../memory/map-buffer.js';
import { rowTasks } from '../row-tasks.js';
import type { Job } from '../job.js';

/**
 * Returns the job of kernels/nhwc-pool.ts: max pooling of one image, which needs no border.
 *
 * @param x - Input.
 * @param y - Output: its extent is the number of windows. Its padding channels are set to 0.
 * @param attrs - Geometry of the windows.
 */
export function maxPoolJob(x: PlacedMap, y: PlacedMap, attrs: PoolAttrs): Job {
  const { kernelSize, stride, padding } = attrs;
  const { bandRows, tasks } = rowTasks(y.height, stride[0] * x.rowPitch);
  const words = Int32Array.of(
    ...[x.address, y.address],
    ...[4 * x.rowPitch, 4 * x.pitch, 4 * y.rowPitch, 4 * y.pitch],
    ...[y.channels, 4 * y.pitch, x.height, x.width, y.height, y.width],
    ...[...kernelSize, ...stride, ...padding, bandRows],
  );
  return { kernel: 'nhwc_max_pool_f32', words, tasks };
}
