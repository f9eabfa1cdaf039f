import type { NamedArray } from '../../core/named-arrays.js';
import type { BatchNormAttrs } from '../../ops/batch-norm2d.js';
import type { ConvLayer, LayerList, OpLayer } from '../layers.js';
import { fuseIntoProducer } from './fuse-into-producer.js';

/**
 * Puts batch normalisation by running statistics, and factors per channel, into the weight and bias of
 * the convolution before it, if nobody else reads that.
 *
 * Not exact: products are rounded in another order. For fast plans alone.
 */
export function foldBatchNorm(list: LayerList): LayerList {
  return fuseIntoProducer(list, (producer, layer) => {
    if (producer.kind !== 'conv' || producer.relu || producer.pool !== null) return null;
    const affine = layer.kind === 'op' ? affineOf(layer) : null;
    return affine && { ...scaled(producer, affine), output: layer.output };
  });
}

/** y = x · gain + shift, per channel, in float64. */
interface Affine {
  readonly gain: readonly number[];
  readonly shift: readonly number[];
}

function affineOf({ op, attrs, parameters }: OpLayer): Affine | null {
  const [first, ...others] = parameters.map(({ data }) => Array.from(data));
  if (op === 'channelScale') {
    return { gain: first, shift: first.map((_, c) => others.at(0)?.[c] ?? 0) };
  }
  if (op !== 'batchNorm2d') return null;
  const { epsilon, weighted } = attrs as BatchNormAttrs; // by the op's name
  const [variance, ...affine] = others;
  const weight = weighted ? affine[0] : undefined;
  const bias = affine.at(weighted ? 1 : 0);
  const gain = variance.map((value, c) => (weight?.[c] ?? 1) / Math.sqrt(value + epsilon));
  return { gain, shift: first.map((mean, c) => (bias?.[c] ?? 0) - mean * gain[c]) };
}

/** A convolution whose output is scaled: each number rounded once. Without numbers, they stay none. */
function scaled(layer: ConvLayer, { gain, shift }: Affine): ConvLayer {
  const { data, shape } = layer.weight;
  const perOutput = data.length / shape[0];
  const weight = {
    shape,
    data: data.map((value, i) => value * gain[Math.floor(i / perOutput)]),
  };
  const bias: NamedArray = {
    shape: [shape[0]],
    data: Float32Array.from(shift, (value, c) => (layer.bias?.data[c] ?? 0) * gain[c] + value),
  };
  return { ...layer, weight, bias };
}
