import type { NamedArrays } from '../core/named-arrays.js';

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

/** What a reader of one format makes of a file. */
export type WeightsContent = Pick<WeightsFile, 'kind' | 'arrays' | 'notes'> &
  Partial<Pick<WeightsFile, 'metadata' | 'averageColour'>>;
