// Every public name in one module, for the docs gate: links in comments lead from one entry point to another.
export * from '../src/index.js';
export * from '../src/entries/caffe.js';
export * from '../src/entries/models.js';
export * from '../src/entries/onnx.js';
export * from '../src/entries/plan.js';
export * from '../src/entries/tensor.js';
export * from '../src/entries/train.js';
export * from '../src/entries/weights.js';
export * from '../src/entries/zoo.js';
