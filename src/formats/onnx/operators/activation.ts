import { numel } from '../../../core/shape.js';
import { elementwise } from '../../../ops/elementwise.js';
import { pointwise, type PointwiseAttrs } from '../../../ops/pointwise.js';
import { reduce } from '../../../ops/reduce.js';
import { relu } from '../../../ops/relu.js';
import { sigmoid } from '../../../ops/sigmoid.js';
import { softmax } from '../../../ops/softmax.js';
import type { NodeContext } from '../node-context.js';
import type { Operator, Operators } from '../operator.js';
import { wholeAxis } from '../places.js';
import type { Value } from '../value.js';
import { reshape } from './reshaping.js';

/** Operator that applies one function to each number. */
function simple(attrsOf: (node: NodeContext) => PointwiseAttrs): Operator {
  return {
    build(node) {
      const attrs = attrsOf(node);
      return [node.step([node.input(0)], ([x]) => pointwise(x, attrs))];
    },
  };
}

function buildClip(node: NodeContext): Value {
  const isOld = node.opset < 11;
  const { attributes } = node;
  const a = isOld ? attributes.float('min', -Infinity) : node.number(1, -Infinity);
  const b = isOld ? attributes.float('max', Infinity) : node.number(2, Infinity);
  const x = node.input(0);
  if (a === 0 && b === Infinity) return node.step([x], ([tensor]) => relu(tensor));
  return node.step([x], ([tensor]) => pointwise(tensor, { name: 'clip', a, b }));
}

function buildPrelu(node: NodeContext): Value {
  const [x, slope] = [node.input(0), node.input(1)];
  const isPerChannel = node.opset < 7 && slope.shape.length === 1 && x.shape.length > 2;
  const aligned = isPerChannel
    ? reshape(node, slope, [slope.shape[0], ...x.shape.slice(2).map(() => 1)])
    : slope;
  return node.step([x, aligned], ([tensor, factors]) => elementwise(tensor, factors, 'prelu'));
}

/** Axes of a softmax: one axis since opset 13; in older opsets, that axis and all after it, flattened. */
function softmaxAxes(node: NodeContext): number[] {
  const rank = node.input(0).shape.length;
  const isNew = node.opset >= 13;
  const axis = node.axis(node.attributes.int('axis', isNew ? -1 : 1), rank);
  return isNew ? [axis] : wholeAxis(rank).slice(axis);
}

/** Computes x − max − ln Σ exp(x − max) along some axes; subtracting the maximum avoids overflow. */
export function logSoftmax(node: NodeContext, x: Value, axes: readonly number[]): Value {
  const largest = node.step([x], ([scores]) => reduce(scores, { reduction: 'max', axes }));
  const below = node.step([x, largest], ([scores, max]) => elementwise(scores, max, 'sub'));
  const powers = node.step([below], ([d]) => pointwise(d, { name: 'exp' }));
  const sum = node.step([powers], ([terms]) => reduce(terms, { reduction: 'sum', axes }));
  const logarithm = node.step([sum], ([s]) => pointwise(s, { name: 'log' }));
  return node.step([below, logarithm], ([d, log]) => elementwise(d, log, 'sub'));
}

function buildSoftmax(node: NodeContext): Value {
  const x = node.input(0);
  const rank = x.shape.length;
  const isNew = node.opset >= 13;
  const [axis] = softmaxAxes(node);
  const outer = numel(x.shape.slice(0, axis));
  const channels = isNew ? x.shape[axis] : numel(x.shape.slice(axis));
  const inner = isNew ? numel(x.shape.slice(axis + 1)) : 1;
  const fits = axis === 1 && (isNew || rank === 2);
  const rows = fits ? x : reshape(node, x, [outer, channels, inner]);
  return reshape(
    node,
    node.step([rows], ([scores]) => softmax(scores)),
    x.shape,
  );
}

/** Operators that apply a function to each number, and Softmax and LogSoftmax. */
export const ACTIVATION: Operators = {
  Abs: simple(() => ({ name: 'abs' })),
  Ceil: simple(() => ({ name: 'ceil' })),
  Clip: { build: (node) => [buildClip(node)], settings: [1, 2] },
  Elu: simple(({ attributes }) => ({ name: 'elu', a: attributes.float('alpha', 1) })),
  Exp: simple(() => ({ name: 'exp' })),
  Floor: simple(() => ({ name: 'floor' })),
  HardSigmoid: simple(({ attributes }) => ({
    name: 'hardSigmoid',
    a: attributes.float('alpha', Math.fround(0.2)),
    b: attributes.float('beta', 0.5),
  })),
  HardSwish: simple(() => ({ name: 'hardSwish' })),
  LeakyRelu: simple(({ attributes }) => ({
    name: 'leakyRelu',
    a: attributes.float('alpha', Math.fround(0.01)),
  })),
  Log: simple(() => ({ name: 'log' })),
  LogSoftmax: {
    build: (node) => [logSoftmax(node, node.input(0), softmaxAxes(node))],
  },
  Neg: simple(() => ({ name: 'neg' })),
  PRelu: { build: (node) => [buildPrelu(node)] },
  Reciprocal: simple(() => ({ name: 'reciprocal' })),
  Relu: { build: (node) => [node.step([node.input(0)], ([x]) => relu(x))] },
  Sigmoid: { build: (node) => [node.step([node.input(0)], ([x]) => sigmoid(x))] },
  Softmax: { build: (node) => [buildSoftmax(node)] },
  Softplus: simple(() => ({ name: 'softplus' })),
  Sqrt: simple(() => ({ name: 'sqrt' })),
  Tanh: simple(() => ({ name: 'tanh' })),
};
