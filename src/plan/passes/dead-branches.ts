import type { PlanLayer, PlanValue } from '../layers.js';

/** Leaves out what does not lead to the result. Exact. */
export function dropDeadBranches(layers: readonly PlanLayer[]): PlanLayer[] {
  const needed = new Set<PlanValue>(layers.slice(-1).map(({ output }) => output));
  for (const { output, inputs } of layers.toReversed()) {
    if (needed.has(output)) for (const input of inputs) needed.add(input);
  }
  return layers.filter(({ output }) => needed.has(output));
}
