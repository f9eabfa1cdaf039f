import type { PlanLayer } from '../layers.js';
import { readersOf } from '../readers.js';

/**
 * Joins layers with the one before them, where they are its only readers.
 *
 * @param fuse - Both layers as one, or null where they cannot be one: name and inputs of the first,
 *   the output of the second, in whose place it will stand.
 */
export function fuseIntoProducer(
  layers: readonly PlanLayer[],
  fuse: (producer: PlanLayer, layer: PlanLayer) => PlanLayer | null,
): PlanLayer[] {
  const readers = readersOf(layers);
  const current = new Map(layers.map((layer) => [layer.output, layer]));
  for (const layer of layers) {
    if (layer.inputs.length !== 1) continue;
    const [value] = layer.inputs;
    const producer = current.get(value);
    if (producer === undefined || readers.of(value).length > 1) continue;
    const fused = fuse(producer, layer);
    if (fused === null) continue;
    current.delete(value);
    current.set(layer.output, fused);
  }
  return layers.flatMap(({ output }) => current.get(output) ?? []);
}
