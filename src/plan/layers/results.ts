import type { Pair, Shape } from '../../core/shape.js';
import type { CropLayer, LayerList, PlanValue } from './layers.js';

/** A result of a network: a value, or a rectangle of it. */
export interface NetworkResult {
  /** The value. */
  readonly value: PlanValue;
  /** Row and column of the value at the result's first pixel. */
  readonly offset: Pair;
  /** Shape of the result. */
  readonly shape: Shape;
}

/** Removes crops that are outputs: results are copied anyway, so only their rectangles are copied. */
export function splitResults(list: LayerList): {
  readonly list: LayerList;
  readonly results: readonly NetworkResult[];
} {
  const read = new Set(list.layers.flatMap(({ inputs }) => inputs));
  const crops = new Map<PlanValue, CropLayer>();
  for (const layer of list.layers) {
    const { kind, output } = layer;
    if (kind === 'crop' && list.outputs.includes(output) && !read.has(output)) {
      crops.set(output, layer);
    }
  }
  const results = list.outputs.map((output) => {
    const crop = crops.get(output);
    const offset = crop?.offset ?? ([0, 0] as const);
    return { value: crop?.inputs[0] ?? output, offset, shape: output.shape };
  });
  const layers = list.layers.filter(({ output }) => !crops.has(output));
  return { list: { ...list, layers, outputs: results.map(({ value }) => value) }, results };
}
