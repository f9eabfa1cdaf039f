import type { LayerList, PlanValue } from '../layers.js';

/** Removes layers on which no output depends. Exact. */
export function dropDeadBranches(list: LayerList): LayerList {
  const needed = new Set<PlanValue>(list.outputs);
  for (const { output, inputs } of list.layers.toReversed()) {
    if (needed.has(output)) for (const input of inputs) needed.add(input);
  }
  return { ...list, layers: list.layers.filter(({ output }) => needed.has(output)) };
}
