import type { PlanLayer, PlanValue } from './layers.js';

/** From when to when something needs memory, in steps; both ends included. */
export interface Lifetime {
  /** First step that writes it. */
  readonly first: number;
  /** Last step that reads it. */
  readonly last: number;
}

/** A value and when it is needed. */
export interface LiveValue extends Lifetime {
  /** The value. */
  readonly value: PlanValue;
}

/**
 * When the values of a plan are needed. Layer i is step i; the network's input is written in step −1,
 * and its result is read in the step behind the last layer.
 *
 * @returns The input, then what the layers write, in their order.
 */
export function liveness(layers: readonly Pick<PlanLayer, 'inputs' | 'output'>[]): LiveValue[] {
  const first = new Map<PlanValue, number>();
  const last = new Map<PlanValue, number>();
  layers.forEach(({ inputs, output }, step) => {
    for (const input of inputs) {
      if (!first.has(input)) first.set(input, -1);
      last.set(input, step);
    }
    first.set(output, step);
  });
  const result = layers.at(-1)?.output;
  if (result) last.set(result, layers.length);
  return [...first].map(([value, step]) => ({
    value,
    first: step,
    last: last.get(value) ?? step,
  }));
}
