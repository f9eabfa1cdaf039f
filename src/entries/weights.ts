// `fcn-wasm/weights`: files of weights and arrays, read, written and compared.

import '../core/platform-types.js';

export type { NamedArray, NamedArrays } from '../core/named-arrays.js';
export { memorySource, type ByteSource } from '../io/byte-source.js';
export { openFileSource, type FileSource } from '../io/file-source.js';
export { readSafetensors, writeSafetensors } from '../io/safetensors.js';
export type { SafetensorsFile, SafetensorsWriteOptions } from '../io/safetensors.js';
export { differenceOf, type Difference } from '../metrics/difference.js';
export type { ArrayComparison } from '../metrics/array-comparison.js';
export {
  diffWeights,
  type ArrayDiff,
  type WeightsDiff,
  type WeightsDiffCounts,
} from '../formats/diff-weights.js';
export { openWeights, type OpenWeightsOptions } from '../formats/open-weights.js';
export {
  saveWeights,
  type SavedWeights,
  type SaveWeightsOptions,
} from '../formats/save-weights.js';
export type { WeightsFile, WeightsKind } from '../formats/weights-file.js';
export { readNpz, writeNpz, type NpzWriteOptions } from '../io/npz.js';
export { readNpy, writeNpy, type NpyArray } from '../io/npy.js';
export type { NumberArray, TypedArray } from '../io/elements.js';
