import { clearBorder, type PlacedMap } from '../buffers.js';
import type { HostStep } from './step.js';

/** The step that writes the zeros around a map, if there are any. */
export function clearing(memory: ArrayBufferLike, map: PlacedMap): HostStep[] {
  const { top, bottom, left, right } = map.border;
  if (top + bottom + left + right === 0) return [];
  return [
    {
      run: () => {
        clearBorder(memory, map);
      },
    },
  ];
}
