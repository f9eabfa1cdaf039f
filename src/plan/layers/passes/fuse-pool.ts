import type { Pair } from '../../../core/shape.js';
import type { LayerList } from '../layers.js';
import { fuseIntoProducer } from './fuse-into-producer.js';

/**
 * Fuses 2×2 max pooling into the convolution with ReLU before it, if the map has no other reader. The map
 * is then never stored. Exact.
 */
export function fusePool(list: LayerList): LayerList {
  return fuseIntoProducer(list, (producer, layer) => {
    if (layer.kind !== 'maxPool' || producer.kind !== 'conv') return null;
    const { kernelSize, stride, padding } = layer.attrs;
    const halves = isPair(kernelSize, 2) && isPair(stride, 2) && isPair(padding, 0);
    if (!halves || !producer.relu || producer.pool !== null) return null;
    return { ...producer, pool: layer.attrs, output: layer.output };
  });
}

function isPair([a, b]: Pair, value: number): boolean {
  return a === value && b === value;
}
