import type { LayerList, PlanLayer } from '../layers.js';
import { readersOf } from '../readers.js';

/**
 * Fuses layers with the layer before them, if its output has no other reader.
 *
 * @param fuse - Returns both layers as one, or null if they cannot be fused. The fused layer has name and
 *   inputs of the first and the output of the second, and takes the place of the second.
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
