import type { NamedArray } from '../../../core/named-arrays.js';
import { numel, type Shape } from '../../../core/shape.js';
import { digestOfArray, lengthOf, readPart, type StoredArray } from '../../../core/stored-array.js';
import { digestOfText } from '../../../core/digest.js';
import { batchNorm2dRule } from '../../../ops/batch-norm2d.js';
import { channelScaleRule } from '../../../ops/channel-scale.js';
import { weightAndBias } from '../../../ops/weight-and-bias.js';
import {
  isOpLayer,
  type ConvLayer,
  type LayerList,
  type OpLayer,
  type PlanLayer,
} from '../layers.js';
import { fuseIntoProducer } from './fuse-into-producer.js';

/**
 * Folds batch normalisation by running statistics, and factors per channel, into the weight and bias of the
 * convolution before it, if the convolution has no other reader.
 *
 * Not exact: products are rounded in another order. For fast plans only.
 */
export function foldBatchNorm(list: LayerList): LayerList {
  return fuseIntoProducer(list, (producer, layer) => {
    if (producer.kind !== 'conv' || producer.relu || producer.pool !== null) return null;
    const affine = affineOf(layer);
    return affine && { ...scaled(producer, affine), output: layer.output };
  });
}

/** y = x · gain + shift, per channel, in float64. */
interface Affine {
  readonly gain: readonly number[];
  readonly shift: readonly number[];
}

function affineOf(layer: PlanLayer): Affine | null {
  if (isOpLayer(layer, channelScaleRule)) {
    const [gain, ...shifts] = numbersOf(layer);
    return { gain, shift: shifts.at(0) ?? gain.map(() => 0) };
  }
  if (!isOpLayer(layer, batchNorm2dRule)) return null;
  const { epsilon, weighted } = layer.attrs;
  const [mean, variance, ...affine] = numbersOf(layer);
  const [weight, bias] = weightAndBias(affine, weighted);
  const gain = variance.map((value, c) => (weight?.[c] ?? 1) / Math.sqrt(value + epsilon));
  return { gain, shift: mean.map((value, c) => (bias?.[c] ?? 0) - value * gain[c]) };
}

function numbersOf({ parameters }: OpLayer): number[][] {
  return parameters.map(({ data }) => Array.from(data));
}

/** Returns a convolution with scaled output; each number is rounded once. */
function scaled(layer: ConvLayer, { gain, shift }: Affine): ConvLayer {
  const before = layer.bias?.data;
  const bias: NamedArray = {
    shape: [layer.weight.shape[0]],
    data: Float32Array.from(shift, (value, c) => (before?.[c] ?? 0) * gain[c] + value),
  };
  return { ...layer, weight: new ScaledFilters(layer.weight, gain), bias };
}

/** Filters times a gain each, computed when they are read. */
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
