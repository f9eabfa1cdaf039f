import type { PointwiseFunction } from '../../backend/reference/pointwise.js';
import { nodeName } from '../../graph/trace.js';
import type { PointwiseAttrs } from '../../ops/pointwise.js';
import type { ExportNode } from './export-node.js';
import { messageOf, type Fields } from './message-of.js';

type FunctionExport = (node: ExportNode, a: number, b: number) => void;

function plain(type: string): FunctionExport {
  return (node) => {
    node.add(type);
  };
}

/** Settings of a Power layer, (shift + scale · x) ^ power. */
function power(settings: Fields): Fields {
  return { power_param: messageOf('PowerParameter', settings) };
}

function powerOf(settings: Fields): FunctionExport {
  return (node) => {
    node.add('Power', power(settings));
  };
}

/** Adds a layer that computes a · x + b. @returns Name of its top. */
function scaledAndShifted(node: ExportNode, a: number, b: number): string {
  return node.step('Power', power({ scale: a, shift: b }), node.operands.map(nodeName));
}

const UNIT = { clip_param: messageOf('ClipParameter', { min: 0, max: 1 }) };

/** Scale and shift of hardSwish before it clips. */
const SIXTH = 1 / 6;
const HALF = 0.5;

const EXPORTS: Readonly<Record<PointwiseFunction, FunctionExport>> = {
  abs: plain('AbsVal'),
  affine(node, a, b) {
    node.add('Power', power({ scale: a, shift: b }));
  },
  ceil: (node) => node.fail('Caffe has no layer that rounds'),
  clip(node, a, b) {
    node.add('Clip', { clip_param: messageOf('ClipParameter', { min: a, max: b }) });
  },
  elu(node, a) {
    node.add('ELU', { elu_param: messageOf('ELUParameter', { alpha: a }) });
  },
  exp: plain('Exp'),
  floor: (node) => node.fail('Caffe has no layer that rounds'),
  hardSigmoid(node, a, b) {
    node.add('Clip', UNIT, { bottoms: [scaledAndShifted(node, a, b)] });
  },
  hardSwish(node) {
    const gate = node.step('Clip', UNIT, [scaledAndShifted(node, SIXTH, HALF)]);
    const product = messageOf('EltwiseParameter', { operation: 'PROD' });
    node.add(
      'Eltwise',
      { eltwise_param: product },
      { bottoms: [...node.operands.map(nodeName), gate] },
    );
  },
  leakyRelu(node, a) {
    node.add('ReLU', { relu_param: messageOf('ReLUParameter', { negative_slope: a }) });
  },
  log: plain('Log'),
  neg: powerOf({ scale: -1 }),
  power(node, a) {
    node.add('Power', power({ power: a }));
  },
  reciprocal: powerOf({ power: -1 }),
  softplus: plain('BNLL'),
  sqrt: powerOf({ power: 0.5 }),
  step(node, a) {
    node.add('Threshold', { threshold_param: messageOf('ThresholdParameter', { threshold: a }) });
  },
  swish(node, a) {
    node.add('Swish', { swish_param: messageOf('SwishParameter', { beta: a }) });
  },
  tanh: plain('TanH'),
  truncate: (node) => node.fail('Caffe has no layer that rounds'),
};

/** Exports a function of one number. */
export function exportPointwise(node: ExportNode, { name, a = 0, b = 0 }: PointwiseAttrs): void {
  EXPORTS[name](node, a, b);
}
