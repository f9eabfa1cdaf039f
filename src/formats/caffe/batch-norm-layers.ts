/**
 * Batch normalisation with factor and summand, one layer here and two in Caffe: a BatchNorm of running
 * statistics and a Scale or Bias behind it, which has the layer's name.
 */
import type { NamedArray, NamedArrays } from '../../core/named-arrays.js';

const STATISTICS = ':statistics';

/** What the BatchNorm in front of a Scale is called. */
export function statisticsLayer(layer: string): string {
  return `${layer}${STATISTICS}`;
}

/** Parameters of BatchNorm, in Caffe's order. The last counts what the others are sums of. */
const OF_BATCH_NORM: readonly string[] = ['running_mean', 'running_var', 'running_count'];
const COUNT = 'running_count';

/** A name in its two parts: `bn1`, `running_mean`. */
function partsOf(name: string): readonly [layer: string, parameter: string] {
  const dot = name.lastIndexOf('.');
  return [name.slice(0, Math.max(0, dot)), name.slice(dot + 1)];
}

/**
 * Arrays by Caffe's layers: running statistics of layers that have a factor or a summand, too, become those
 * of layers of their own; where there is no count, it is 1.
 */
export function splitBatchNorms(arrays: NamedArrays): Map<string, NamedArray> {
  const split = new Map<string, NamedArray>();
  for (const [name, array] of arrays) {
    const [layer, parameter] = partsOf(name);
    if (!OF_BATCH_NORM.includes(parameter)) {
      split.set(name, array);
      continue;
    }
    const isAffine = ['weight', 'bias'].some((affine) => arrays.has(`${layer}.${affine}`));
    const own = isAffine ? statisticsLayer(layer) : layer;
    split.set(`${own}.${parameter}`, array);
    if (parameter === 'running_var' && !arrays.has(`${layer}.${COUNT}`)) {
      split.set(`${own}.${COUNT}`, { shape: [1], data: Float32Array.of(1) });
    }
  }
  return split;
}

/**
 * The opposite of {@link splitBatchNorms}: statistics go back to the layers that they were taken from.
 *
 * @param read - Gives the numbers of an array, which may lie elsewhere.
 */
export function joinBatchNorms<Stored>(
  arrays: ReadonlyMap<string, Stored>,
  read: (array: Stored) => NamedArray,
): Map<string, Stored> {
  const joined = new Map<string, Stored>();
  for (const [name, array] of arrays) {
    const [layer, parameter] = partsOf(name);
    const isSplit = layer.endsWith(STATISTICS) && OF_BATCH_NORM.includes(parameter);
    if (!isSplit) joined.set(name, array);
    else if (parameter !== COUNT || read(array).data[0] !== 1) {
      joined.set(`${layer.slice(0, -STATISTICS.length)}.${parameter}`, array);
    }
  }
  return joined;
}
