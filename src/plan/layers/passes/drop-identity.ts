import type { NamedArray } from '../../../core/named-arrays.js';
import { sameShape } from '../../../core/shape.js';
import { reluRule } from '../../../ops/relu.js';
import {
  isOpLayer,
  type LayerList,
  type PlanLayer,
  type PlanValue,
  type SumLayer,
} from '../layers.js';
import { readersOf, type Readers } from '../readers.js';

/**
 * Removes layers that copy their input: crops of whole maps and sums of one term. Exact.
 *
 * The layers after them read the copied value instead.
 */
export function dropIdentity(list: LayerList): LayerList {
  const readers = readersOf(list);
  const instead = new Map<PlanValue, PlanValue>();
  const actual = (value: PlanValue): PlanValue => instead.get(value) ?? value;
  const kept: PlanLayer[] = [];
  for (const layer of list.layers) {
    const inputs = layer.inputs.map(actual);
    if (isIdentity(layer, readers)) instead.set(layer.output, inputs[0]);
    else
      kept.push(layer.inputs.every((input) => !instead.has(input)) ? layer : { ...layer, inputs });
  }
  return { ...list, layers: kept, outputs: list.outputs.map(actual) };
}

function isIdentity(layer: PlanLayer, readers: Readers): boolean {
  const [source] = layer.inputs;
  if (layer.kind === 'crop') return sameShape(source.shape, layer.output.shape);
  return layer.kind === 'sum' && copiesItsTerm(layer, readers.producerOf(source));
}

function copiesItsTerm(sum: SumLayer, producer: PlanLayer | undefined): boolean {
  const [{ coefficient }, ...others] = sum.terms;
  if (others.length > 0 || coefficient !== 1 || sum.relu) return false;
  if (!sameShape(sum.inputs[0].shape, sum.output.shape)) return false;
  return !sum.fromZero || neverMinusZero(producer);
}

/**
 * True if a layer cannot write −0, which a sum from +0 would turn into +0. A sum of floats is −0 only if all
 * its terms are −0.
 */
function neverMinusZero(layer: PlanLayer | undefined): boolean {
  switch (layer?.kind) {
    case 'op':
      return isOpLayer(layer, reluRule);
    case 'sum':
      return layer.fromZero || layer.relu;
    case 'conv':
      return layer.relu || startsAboveMinusZero(layer.bias);
    case 'convTranspose':
      return startsAboveMinusZero(layer.bias);
    case 'maxPool':
    case 'crop':
    case 'concat':
    case undefined:
      return false;
  }
}

function startsAboveMinusZero(bias: NamedArray | null): boolean {
  return !bias?.data.some((value) => Object.is(value, -0));
}
