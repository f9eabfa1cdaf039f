// The public names that a browser can load: building and reading networks, and running them. The main
// entry has these and more, which needs Node. Browsers look for the kernels in `build/` beside `dist/`.

import '../core/platform-types.js';

export { FcnError, ParseError, ShapeError, ThreadError } from '../core/errors.js';
export type { NamedArray, NamedArrays } from '../core/named-arrays.js';
export { createRng, restoreRng, type Rng } from '../core/rng.js';
export type { Shape } from '../core/shape.js';

export type * from '../backend/attributes.js';
export type * from '../backend/backend.js';
export { createReferenceBackend } from '../backend/reference/index.js';
export {
  createWasmBackend,
  type Threading,
  type WasmBackend,
  type WasmBackendOptions,
} from '../backend/wasm/index.js';

export { noGrad } from '../autograd/no-grad.js';
export { Tensor, type Creator, type TensorOptions, type TensorParts } from '../tensor/tensor.js';
export type { Module } from '../nn/module.js';

export { compile, type CompileOptions } from '../plan/compile.js';
export type { LayerDescription, Plan, PlanMode } from '../plan/plan.js';

export { createNetwork, type CreateOptions } from '../models/create-network.js';
export { instantiate } from '../models/instantiate.js';
export { loadParameters, type LoadOptions, type LoadReport } from '../models/load-parameters.js';
export { readModel, type Model } from '../models/model-file.js';
export { parseNetworkSpec, type NetworkSpec } from '../models/network-spec.js';

export { readSafetensors, type SafetensorsFile } from '../io/safetensors.js';
export type { Preprocessing } from '../data/preprocessing.js';
