import type { LayerList, PlanLayer, PlanValue } from './layers.js';

/** Who writes and who reads the values of a list of layers. */
export interface Readers {
  /** The layers that read a value, each once. */
  of(value: PlanValue): readonly PlanLayer[];
  /** The only layer that needs a value; undefined if there is none, or more, or it is an output. */
  onlyReaderOf(value: PlanValue): PlanLayer | undefined;
  /** The layer that writes a value; undefined for an input of the network. */
  producerOf(value: PlanValue): PlanLayer | undefined;
}

/** Looks through a list of layers. */
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
