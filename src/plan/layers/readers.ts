import type { LayerList, PlanLayer, PlanValue } from './layers.js';

/** The layers that write and read each value of a list of layers. */
export interface Readers {
  /** Returns the layers that read a value, each once. */
  of(value: PlanValue): readonly PlanLayer[];
  /** Returns the only reader of a value; undefined if it has no reader, several, or is an output. */
  onlyReaderOf(value: PlanValue): PlanLayer | undefined;
  /** Returns the layer that writes a value; undefined for an input of the network. */
  producerOf(value: PlanValue): PlanLayer | undefined;
}

/** Collects the readers and writers of a list of layers. */
export function readersOf({ layers, outputs }: LayerList): Readers {
  const readers = new Map<PlanValue, PlanLayer[]>();
  const producers = new Map<PlanValue, PlanLayer>();
  for (const layer of layers) {
    producers.set(layer.output, layer);
    for (const input of new Set(layer.inputs)) {
      readers.set(input, [...(readers.get(input) ?? []), layer]);
    }
  }
  const of = (value: PlanValue): readonly PlanLayer[] => readers.get(value) ?? [];
  return {
    of,
    onlyReaderOf(value) {
      const [reader, ...others] = of(value);
      return others.length > 0 || outputs.includes(value) ? undefined : reader;
    },
    producerOf: (value) => producers.get(value),
  };
}
