import type { LayerList, PlanLayer, PlanValue } from './layers.js';

/** The steps in which something needs memory, first and last included. */
export interface Lifetime {
  /** First step that writes it. */
  readonly first: number;
  /** Last step that reads it. */
  readonly last: number;
}

/** A value and the steps in which it is needed. */
export interface LiveValue extends Lifetime {
  /** The value. */
  readonly value: PlanValue;
}

/** Layers or units, with the inputs and outputs of their network. */
interface Reading extends Pick<LayerList, 'inputs' | 'outputs'> {
  readonly layers: readonly Pick<PlanLayer, 'inputs' | 'output'>[];
}

/**
 * Finds the steps in which each value is needed. Layer i is step i; inputs are written in step −1, and outputs
 * are read in the step after the last layer.
 *
 * @returns The inputs, then the outputs of the layers, in their order.
 */
export function liveness({ inputs, layers, outputs }: Reading): LiveValue[] {
  const first = new Map(inputs.map((input) => [input, -1]));
  const last = new Map<PlanValue, number>();
  layers.forEach((layer, step) => {
    for (const input of layer.inputs) last.set(input, step);
    first.set(layer.output, step);
  });
  for (const output of outputs) last.set(output, layers.length);
  return [...first].map(([value, step]) => ({
    value,
    first: step,
    last: last.get(value) ?? step,
  }));
}
