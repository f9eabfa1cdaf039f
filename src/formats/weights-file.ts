import type { NamedArrays } from '../core/named-arrays.js';
import type { NpyArray } from '../io/npy.js';

/** Where weights come from: who trained or stored them, hence how their names and layouts read. */
export type WeightsKind =
  'safetensors' | 'pytorch' | 'numpy' | 'chainer' | 'matconvnet' | 'caffe' | 'onnx';

/** Weights read from a file. */
export interface WeightsFile {
  /** Where they come from. */
  readonly kind: WeightsKind;
  /** The weights, as float32, by the names and in the layouts of this library. */
  readonly arrays: NamedArrays;
  /** What else the file holds, and what was done to names, a line each. */
  readonly notes: readonly string[];
  /** Free texts that the file has; only safetensors files do. */
  readonly metadata: ReadonlyMap<string, string>;
  /** Average colour of the photos it was trained on, red first; null if the file does not say, as only MatConvNet's do. */
  readonly averageColour: readonly number[] | null;
}

/** Arrays that are read from their file when they are asked for, each time anew. */
export type ArraysOnDemand = ReadonlyMap<string, () => NpyArray>;

/** Weights whose numbers are still in their file. */
export interface StoredWeightsContent extends Pick<WeightsFile, 'kind' | 'notes'> {
  /** The arrays, by the names of the file: of weights float32, of blobs as they are stored. */
  readonly arrays: ArraysOnDemand;
}

/** What a reader of one format makes of a file. */
export type WeightsContent = Pick<WeightsFile, 'kind' | 'arrays' | 'notes'> &
  Partial<Pick<WeightsFile, 'metadata' | 'averageColour'>>;
