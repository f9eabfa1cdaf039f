import type { NamedArrays } from '../core/named-arrays.js';
import type { NpyArray } from '../io/npy.js';

/** Origin of weights: the framework or library that stored them, which decides their names and layouts. */
export type WeightsKind =
  'safetensors' | 'pytorch' | 'numpy' | 'chainer' | 'matconvnet' | 'caffe' | 'onnx';

/** Weights read from a file. */
export interface WeightsFile {
  /** Origin of the weights. */
  readonly kind: WeightsKind;
  /** Weights as float32, with the names and layouts of this library. */
  readonly arrays: NamedArrays;
  /** One line each for what was left out, what was renamed, and other content of the file. */
  readonly notes: readonly string[];
  /** Texts by key; only safetensors files have them. */
  readonly metadata: ReadonlyMap<string, string>;
  /** Average colour of the training photos, red first; null unless the file is MatConvNet's and stores it. */
  readonly averageColour: readonly number[] | null;
}

/** Functions that read an array from its file, again at each call. */
export type ArraysOnDemand = ReadonlyMap<string, () => NpyArray>;

/** Weights of an open file, read array by array. */
export interface StoredWeightsContent extends Pick<WeightsFile, 'kind' | 'notes'> {
  /** Arrays by their names in the file: float32, or the stored type in NumPy's files. */
  readonly arrays: ArraysOnDemand;
}

/** Content of a weights file, before arrays are renamed. */
export type WeightsContent = Pick<WeightsFile, 'kind' | 'arrays' | 'notes'> &
  Partial<Pick<WeightsFile, 'metadata' | 'averageColour'>>;
