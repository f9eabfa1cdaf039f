import type { PointwiseFunction } from '../../backend/reference/pointwise.js';
import type { PointwiseAttrs } from '../../ops/pointwise.js';
import { floatAttribute, type ExportNode } from './export-node.js';

/** Adds the ONNX nodes of a function with its settings a and b. */
type PointwiseExport = (node: ExportNode, a: number, b: number) => void;

function plain(op: string): PointwiseExport {
  return (node) => {
    node.add(op, node.inputs);
  };
}

function withAlpha(op: string): PointwiseExport {
  return (node, a) => {
    node.add(op, node.inputs, { alpha: floatAttribute(a) });
  };
}

const EXPORTS: Readonly<Record<PointwiseFunction, PointwiseExport>> = {
  abs: plain('Abs'),
  affine(node, a, b) {
    const scaled = node.step('Mul', [node.inputs[0], node.floats([a], [])]);
    node.add('Add', [scaled, node.floats([b], [])]);
  },
  ceil: plain('Ceil'),
  clip(node, a, b) {
    node.add('Clip', [node.inputs[0], node.floats([a], []), node.floats([b], [])]);
  },
  elu: withAlpha('Elu'),
  exp: plain('Exp'),
  floor: plain('Floor'),
  hardSigmoid(node, a, b) {
    node.add('HardSigmoid', node.inputs, { alpha: floatAttribute(a), beta: floatAttribute(b) });
  },
  hardSwish: plain('HardSwish'),
  leakyRelu: withAlpha('LeakyRelu'),
  log: plain('Log'),
  neg: plain('Neg'),
  power(node, a) {
    node.add('Pow', [node.inputs[0], node.floats([a], [])]);
  },
  reciprocal: plain('Reciprocal'),
  softplus: plain('Softplus'),
  sqrt: plain('Sqrt'),
  step: (node) => node.fail('the function step has no counterpart in ONNX'),
  swish(node, a) {
    const scaled = node.step('Mul', [node.inputs[0], node.floats([a], [])]);
    node.add('Mul', [node.inputs[0], node.step('Sigmoid', [scaled])]);
  },
  tanh: plain('Tanh'),
  truncate: (node) => node.fail('the function truncate has no counterpart in ONNX'),
};

/** Exports a function of one number. */
export function exportPointwise(node: ExportNode, { name, a = 0, b = 0 }: PointwiseAttrs): void {
  EXPORTS[name](node, a, b);
}
