import { numel, type Shape } from '../core/shape.js';
import { unpooledShape, type PlanLayer, type PlanValue } from './layers/layers.js';
import type { Work } from './algorithms/algorithm.js';

/** A line of the table of a plan's layers. */
export interface LayerRow {
  /** Name of the layer. */
  readonly name: string;
  /** Its kind; of an `op`, the op. */
  readonly kind: string;
  /** Shape of what it writes. */
  readonly shape: Shape;
  /** Multiplications with an addition, every tap counted, as the eager network does them. */
  readonly macs: number;
  /** What was recognised or fused, in words: `relu`, `maxPool 2×2`, `crop 5, 5`, `diagonal`. */
  readonly notes: readonly string[];
  /** Where what it writes lies in the plan's memory, in bytes; null where nothing is known. */
  readonly offset: number | null;
}

/** One row for each layer, in their order. */
export function describeLayers(
  layers: readonly PlanLayer[],
  offsets: ReadonlyMap<PlanValue, number> = new Map<PlanValue, number>(),
): LayerRow[] {
  return layers.map((layer) => ({
    name: layer.name,
    kind: layer.kind === 'op' ? layer.op : layer.kind,
    shape: layer.output.shape,
    macs: macsOf(layer),
    notes: notesOf(layer),
    offset: offsets.get(layer.output) ?? null,
  }));
}

/** Multiplications with an addition that a layer does, every tap counted. */
export function macsOf(layer: Work): number {
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

function notesOf(layer: PlanLayer): string[] {
  switch (layer.kind) {
    case 'conv':
      return [
        ...(layer.relu ? ['relu'] : []),
        ...(layer.pool ? [`maxPool ${layer.pool.kernelSize.join('×')}`] : []),
      ];
    case 'convTranspose':
      return [layer.structure, ...(layer.separable ? ['separable'] : [])];
    case 'sum':
      return [
        ...layer.terms
          .filter(({ offset }) => Math.max(...offset) > 0)
          .map(({ input, offset }) => `${layer.inputs[input].name} from ${offset.join(', ')}`),
        ...(layer.relu ? ['relu'] : []),
      ];
    case 'maxPool':
    case 'crop':
    case 'concat':
    case 'op':
      return [];
  }
}
