import { numel } from '../../core/shape.js';
import { unpooledShape, type OpLayer } from './layers.js';
import type { UnitLayer } from './unit-layer.js';

/** Counts the multiplications with an addition of a layer, every tap included. */
export function macsOf(layer: UnitLayer): number {
  switch (layer.kind) {
    case 'bands':
      return layer.layers.reduce((sum, inner) => sum + macsOf(inner), 0);
    case 'conv':
      return numel(unpooledShape(layer)) * numel(layer.weight.shape.slice(1));
    case 'convTranspose':
      return numel(layer.inputs[0].shape) * numel(layer.weight.shape.slice(1));
    case 'op':
      return macsOfOp(layer);
    case 'maxPool':
    case 'sum':
    case 'crop':
    case 'concat':
      return 0;
  }
}

function macsOfOp({ rule, inputs, parameters, output }: OpLayer): number {
  const shapes = [...inputs, ...parameters].map(({ shape }) => shape);
  return rule?.macs?.(shapes, output.shape) ?? 0;
}
