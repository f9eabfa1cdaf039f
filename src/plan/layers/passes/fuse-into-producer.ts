import type { LayerList, PlanLayer } from '../layers.js';
import { readersOf } from '../readers.js';

/**
 * Joins layers with the one before them, where nobody else needs what that writes.
 *
 * @param fuse - Both layers as one, or null where they cannot be one: name and inputs of the first,
 *   the output of the second, in whose place it will stand.
 */
export function fuseIntoProducer(
  list: LayerList,
  fuse: (producer: PlanLayer, layer: PlanLayer) => PlanLayer | null,
): LayerList {
  const readers = readersOf(list);
  const current = new Map(list.layers.map((layer) => [layer.output, layer]));
  for (const layer of list.layers) {
    if (layer.inputs.length !== 1) continue;
    const [value] = layer.inputs;
    const producer = current.get(value);
    if (producer === undefined || readers.onlyReaderOf(value) === undefined) continue;
    const fused = fuse(producer, layer);
    if (fused === null) continue;
    current.delete(value);
    current.set(layer.output, fused);
  }
  return { ...list, layers: list.layers.flatMap(({ output }) => current.get(output) ?? []) };
}
