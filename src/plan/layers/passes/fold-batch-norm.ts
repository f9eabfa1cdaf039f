import type { NamedArray } from '../../../core/named-arrays.js';
import { numel, type Shape } from '../../../core/shape.js';
import { digestOfArray, lengthOf, readPart, type StoredArray } from '../../../core/stored-array.js';
import { digestOfText } from '../../../core/digest.js';
import type { BatchNormAttrs } from '../../../ops/batch-norm2d.js';
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
  const before = layer.bias?.data;
  const bias: NamedArray = {
    shape: [layer.weight.shape[0]],
    data: Float32Array.from(shift, (value, c) => (before?.[c] ?? 0) * gain[c] + value),
  };
  return { ...layer, weight: new ScaledFilters(layer.weight, gain), bias };
}

/** Filters times a gain each, computed when they are read: nobody needs them as they are. */
class ScaledFilters implements StoredArray {
  readonly shape: Shape;
  readonly #filters: NamedArray;
  readonly #gain: readonly number[];

  constructor(filters: NamedArray, gain: readonly number[]) {
    this.shape = filters.shape;
    this.#filters = filters;
    this.#gain = gain;
  }

  get data(): Float32Array {
    const data = new Float32Array(lengthOf(this.#filters));
    this.read(0, data);
    return data;
  }

  get digest(): string {
    return digestOfText([digestOfArray(this.#filters), ...this.#gain].join(' '));
  }

  read(begin: number, target: Float32Array): void {
    readPart(this.#filters, begin, target);
    const perFilter = numel(this.shape.slice(1));
    for (let i = 0; i < target.length; i++) {
      target[i] *= this.#gain[Math.floor((begin + i) / perFilter)];
    }
  }
}
