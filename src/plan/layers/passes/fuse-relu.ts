import { reluRule } from '../../../ops/relu.js';
import { isOpLayer, type LayerList } from '../layers.js';
import { fuseIntoProducer } from './fuse-into-producer.js';

/** Fuses max(·, 0) into the convolution or sum before it, if that has no other reader. Exact. */
export function fuseRelu(list: LayerList): LayerList {
  return fuseIntoProducer(list, (producer, layer) => {
    if (!isOpLayer(layer, reluRule)) return null;
    const takes = producer.kind === 'sum' || (producer.kind === 'conv' && producer.pool === null);
    return takes ? { ...producer, relu: true, output: layer.output } : null;
  });
}
