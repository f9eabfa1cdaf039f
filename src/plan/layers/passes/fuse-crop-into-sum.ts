import type { CropLayer, LayerList, SumLayer } from '../layers.js';
import { readersOf } from '../readers.js';

/** Removes crops that only sums read: the sums read the whole map from the crop's first pixel on. Exact. */
export function fuseCropIntoSum(list: LayerList): LayerList {
  let current = list;
  // From the last to the first, so that a crop of a crop is fused with it.
  for (const layer of list.layers.toReversed()) {
    if (layer.kind === 'crop') current = withoutCrop(current, layer);
  }
  return current;
}

function withoutCrop(list: LayerList, crop: CropLayer): LayerList {
  const readers = readersOf(list).of(crop.output);
  const onlySums = readers.length > 0 && readers.every(({ kind }) => kind === 'sum');
  if (!onlySums || list.outputs.includes(crop.output)) return list;
  const layers = list.layers
    .filter((layer) => layer !== crop)
    .map((layer) => (layer.kind === 'sum' ? readingThrough(layer, crop) : layer));
  return { ...list, layers };
}

function readingThrough(sum: SumLayer, { inputs: [whole], output, offset }: CropLayer): SumLayer {
  if (!sum.inputs.includes(output)) return sum;
  const terms = sum.terms.map((term) => {
    if (sum.inputs[term.input] !== output) return term;
    return { ...term, offset: [term.offset[0] + offset[0], term.offset[1] + offset[1]] as const };
  });
  return { ...sum, terms, inputs: sum.inputs.map((input) => (input === output ? whole : input)) };
}
