// `fcn-wasm/onnx`: ONNX files, and networks read from and written to them.

import '../core/platform-types.js';

export type * from '../io/onnx/model.js';
export { readOnnx, type ReadOnnxOptions } from '../io/onnx/read-model.js';
export { writeOnnx } from '../io/onnx/write-model.js';
export { readTensorFile, type ExternalData } from '../io/onnx/read-tensor.js';
export { exportOnnx, toOnnx } from '../formats/onnx/export-network.js';
export { OnnxNetwork, type OnnxGraphValue, type OnnxOutput } from '../formats/onnx/onnx-network.js';
export { openOnnxNetwork, type OpenOnnxOptions } from '../formats/onnx/open-network.js';
