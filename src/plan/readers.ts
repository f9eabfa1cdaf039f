import type { PlanLayer, PlanValue } from './layers.js';

/** Who writes and who reads the values of a list of layers. */
export interface Readers {
  /** The layers that read a value, each once. */
  of(value: PlanValue): readonly PlanLayer[];
  /** The layer that writes a value; undefined for the network's input. */
  producerOf(value: PlanValue): PlanLayer | undefined;
  /** True if a layer reads the value and nobody else does, outside the network neither. */
  isOnly(layer: PlanLayer, value: PlanValue): boolean;
}

/** Looks through a list of layers. */
export function readersOf(layers: readonly PlanLayer[]): Readers {
  const readers = new Map<PlanValue, PlanLayer[]>();
  const producers = new Map<PlanValue, PlanLayer>();
  for (const layer of layers) {
    producers.set(layer.output, layer);
    for (const input of new Set(layer.inputs)) {
      readers.set(input, [...(readers.get(input) ?? []), layer]);
    }
  }
  const result = layers.at(-1)?.output;
  const of = (value: PlanValue): readonly PlanLayer[] => readers.get(value) ?? [];
  return {
    of,
    producerOf: (value) => producers.get(value),
    isOnly: (layer, value) => value !== result && of(value).every((reader) => reader === layer),
  };
}
