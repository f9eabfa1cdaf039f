import type { JobKernel } from '../../../backend/wasm/team/team.js';
import type { PlacedMap } from '../../memory/map-buffer.js';
import { rowTasks } from '../row-tasks.js';
import type { Job } from '../job.js';

/** Writes the map of one image from its planes `[C, H, W]`, padding channels 0: a job of kernels/nhwc-planes.ts. */
export function fromPlanesJob(planesAddress: number, map: PlacedMap): Job {
  return planesJob('nhwc_from_planes_f32', planesAddress, map);
}

/** Writes the planes `[C, H, W]` of one image from its map: a job of kernels/nhwc-planes.ts. */
export function toPlanesJob(map: PlacedMap, planesAddress: number): Job {
  return planesJob('nhwc_to_planes_f32', planesAddress, map);
}

function planesJob(kernel: JobKernel, planesAddress: number, map: PlacedMap): Job {
  const { bandRows, tasks } = rowTasks(map.height, map.rowPitch);
  const words = Int32Array.of(
    ...[planesAddress, map.address, 4 * map.rowPitch, 4 * map.pitch],
    ...[map.height, map.width, map.channels, bandRows],
  );
  return { kernel, words, tasks };
}
