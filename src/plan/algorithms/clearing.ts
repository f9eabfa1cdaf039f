import { clearBorder, type PlacedMap } from '../memory/map-buffer.js';
import type { HostStep } from './algorithm.js';

/** Returns the step that writes the zeros around a map, if there are any. */
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
