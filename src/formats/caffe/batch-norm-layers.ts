/**
 * Batch normalisation with weight and bias is one layer here and two layers in Caffe: a BatchNorm with the running
 * statistics, followed by a Scale or Bias under the layer's name.
 */
import type { NamedArray, NamedArrays } from '../../core/named-arrays.js';

const STATISTICS = ':statistics';

/** Name of the BatchNorm layer before the Scale or Bias layer of this name. */
export function statisticsLayer(layer: string): string {
  return `${layer}${STATISTICS}`;
}

/** Parameters of BatchNorm in the order of Caffe's blobs. The first two are sums; the third is their divisor. */
const OF_BATCH_NORM: readonly string[] = ['running_mean', 'running_var', 'running_count'];
const COUNT = 'running_count';

/** Splits a name such as `bn1.running_mean` into layer and parameter. */
function partsOf(name: string): readonly [layer: string, parameter: string] {
  const dot = name.lastIndexOf('.');
  return [name.slice(0, Math.max(0, dot)), name.slice(dot + 1)];
}

/**
 * Names arrays after Caffe's layers: if a layer has running statistics and also a weight or bias, the statistics
 * move to a BatchNorm layer of their own. A missing count becomes 1.
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
 * Reverses {@link splitBatchNorms}: the statistics return to the layers that they were taken from.
 *
 * @param read - Returns the numbers of an array, which may still be in a file.
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
