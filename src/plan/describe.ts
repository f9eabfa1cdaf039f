import type { Shape } from '../core/shape.js';
import type { PlanLayer, PlanValue } from './layers/layers.js';
import { macsOf } from './layers/macs.js';

/** A row of the table of a plan's layers. */
export interface LayerRow {
  /** Name of the layer. */
  readonly name: string;
  /** Its kind; for an `op` layer, the name of the op. */
  readonly kind: string;
  /** Shape of its output. */
  readonly shape: Shape;
  /** Multiplications with an addition, every tap counted, as the eager network does them. */
  readonly macs: number;
  /** Properties that were recognised and layers that were fused: `relu`, `maxPool 2×2`, `diagonal`. */
  readonly notes: readonly string[];
  /** Byte offset of its output in the plan's memory; null if unknown. */
  readonly offset: number | null;
}

/** Returns one row for each layer, in their order. */
export function describeLayers(
  layers: readonly PlanLayer[],
  offsets: ReadonlyMap<PlanValue, number> = new Map<PlanValue, number>(),
): LayerRow[] {
  return layers.map((layer) => ({
    name: layer.name,
    kind: layer.kind === 'op' ? (layer.rule?.name ?? 'constant') : layer.kind,
    shape: layer.output.shape,
    macs: macsOf(layer),
    notes: notesOf(layer),
    offset: offsets.get(layer.output) ?? null,
  }));
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
