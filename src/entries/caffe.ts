// `fcn-wasm/caffe`: the files of Caffe, and networks built from them.

import '../core/platform-types.js';

export type { Blob, BlobsByLayer } from '../io/caffe/blobs.js';
export type { NetState } from '../io/caffe/filter-net.js';
export { CaffeMessage, type FieldValue } from '../io/caffe/message.js';
export type * from '../io/caffe/message-type.js';
export type { BlobNumbers, NumberTarget } from '../io/caffe/blob-numbers.js';
export { printTextFormat } from '../io/caffe/print-text.js';
export {
  readCaffeModel,
  readMean,
  readNetText,
  readSolverState,
  readSolverText,
  type CaffeModel,
} from '../io/caffe/read-files.js';
export type { SolverState } from '../io/caffe/solver-state.js';
export { TextFormatError } from '../io/caffe/text-lexer.js';
export {
  buildCaffeNetwork,
  type BuildCaffeOptions,
  type CaffeNetwork,
} from '../formats/caffe/build-network.js';
export type { Purpose } from '../formats/caffe/definitions/print-definition.js';
export { defineNetwork, type DefinitionOptions } from '../formats/caffe/definitions/official.js';
export { DEFINED_NETWORKS } from '../models/paper/official.js';
export type { Width } from '../models/paper/trunk.js';
export type { CaffeInputOptions } from '../formats/caffe/inputs.js';
export { loadCaffeWeights, type WeightsReport } from '../formats/caffe/load-weights.js';
export {
  openCaffeNetwork,
  type OpenedCaffeNetwork,
  type OpenCaffeOptions,
} from '../formats/caffe/open-network.js';
export type {
  ParameterMultipliers,
  MultipliersByName,
} from '../formats/caffe/parameter-multipliers.js';
export { caffeSolver, caffeOptimizerState, type CaffeSolver } from '../formats/caffe/solver.js';
export { exportPrototxt, toNetParameter } from '../formats/caffe/export-network.js';
export { writeCaffeModel } from '../formats/caffe/write-model.js';
