import type { PlanLayer, PlanValue } from './layers.js';

/** Who writes and who reads the values of a list of layers. */
export interface Readers {
  /** The layers that read a value, each once; none for the network's result. */
  of(value: PlanValue): readonly PlanLayer[];
  /** The layer that writes a value; undefined for the network's input. */
  producerOf(value: PlanValue): PlanLayer | undefined;
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
  return {
    of: (value) => readers.get(value) ?? [],
    producerOf: (value) => producers.get(value),
  };
}
