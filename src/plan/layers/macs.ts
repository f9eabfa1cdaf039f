import { numel } from '../../core/shape.js';
import { unpooledShape, type PlanLayer } from './layers.js';
import type { UnitLayer } from './unit-layer.js';

/** Multiplications with an addition that a layer does, every tap counted. */
export function macsOf(layer: UnitLayer): number {
  switch (layer.kind) {
    case 'bands':
      return layer.layers.reduce((sum, inner) => sum + macsOf(inner), 0);
    case 'conv':
      return numel(unpooledShape(layer)) * numel(layer.weight.shape.slice(1));
    case 'convTranspose':
      return numel(layer.inputs[0].shape) * numel(layer.weight.shape.slice(1));
    case 'op':
      return layer.op === 'linear' ? numel(layer.output.shape) * featuresOf(layer) : 0;
    case 'maxPool':
    case 'sum':
    case 'crop':
    case 'concat':
      return 0;
  }
}

/** Numbers that each output of a linear layer is computed from. */
function featuresOf({ inputs }: PlanLayer): number {
  return inputs.length > 0 ? numel(inputs[0].shape.slice(1)) : 0;
}
