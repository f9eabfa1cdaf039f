import type { ElementwiseFunction } from '../../../backend/reference/elementwise.js';
import { sameShape, showShape, type Shape } from '../../../core/shape.js';
import { add } from '../../../ops/add.js';
import { elementwise } from '../../../ops/elementwise.js';
import { channelScale } from '../../../ops/channel-scale.js';
import { linear } from '../../../ops/linear.js';
import { matMul } from '../../../ops/mat-mul.js';
import { maximum } from '../../../ops/maximum.js';
import { pointwise } from '../../../ops/pointwise.js';
import { weightedSum } from '../../../ops/weighted-sum.js';
import type { NodeContext } from '../node-context.js';
import type { Operator, Operators } from '../operator.js';
import { isFloat, type Value } from '../value.js';
import { reshape, transpose } from './reshaping.js';

/** Adds a function of two operands, with an op that has a SIMD kernel if one fits their shapes. */
function combine(node: NodeContext, [a, b]: readonly Value[], name: ElementwiseFunction): Value {
  if (sameShape(a.shape, b.shape)) {
    if (name === 'add') return node.step([a, b], ([x, y]) => add(x, y));
    if (name === 'max') return node.step([a, b], ([x, y]) => maximum([x, y]));
  }
  if (name === 'mul') {
    const [x, factors] = isPerChannel(a.shape, b.shape) ? [a, b] : [b, a];
    if (isPerChannel(x.shape, factors.shape)) {
      const scale = reshape(node, factors, [x.shape[1]]);
      return node.step([x, scale], ([maps, perChannel]) => channelScale(maps, perChannel));
    }
  }
  return node.step([a, b], ([x, y]) => elementwise(x, y, name));
}

/** True if b has one number per channel of a, to be broadcast over images and positions. */
function isPerChannel(a: Shape, b: Shape): boolean {
  if (a.length < 3 || b.length > a.length || b.length < a.length - 1) return false;
  const aligned = b.length === a.length ? b : [1, ...b];
  return aligned.every((extent, axis) => extent === (axis === 1 ? a[1] : 1));
}

/** Operands of a binary node. Before opset 7, the attribute `broadcast` 1 aligns b with an axis of a. */
function alignedOperands(node: NodeContext): readonly [Value, Value] {
  const [a, b] = [node.input(0), node.input(1)];
  const missing = a.shape.length - b.shape.length;
  if (node.opset >= 7 || node.attributes.int('broadcast', 0) === 0) return [a, b];
  const axis = node.attributes.int('axis', missing);
  const after = axis < 0 ? missing : missing - axis;
  if (after < 0) {
    node.fail(`axis out of range (got ${String(axis)}, expected 0 to ${String(missing)})`);
  }
  return [a, reshape(node, b, [...b.shape, ...Array<number>(after).fill(1)])];
}

function binary(name: ElementwiseFunction): Operator {
  return {
    build(node) {
      node.attributes.ignore('consumed_inputs'); // opset 1: memory that may be reused
      const [a, b] = alignedOperands(node);
      const quotient = combine(node, [a, b], name);
      if (name !== 'div' || isFloat(a.type)) return [quotient];
      return [node.step([quotient], ([x]) => pointwise(x, { name: 'truncate' }))];
    },
  };
}

function buildEqual(node: NodeContext): Value {
  return node.step([...alignedOperands(node)], ([x, y]) => elementwise(x, y, 'equal'), 'bool');
}

/** Operator with any number of operands, applied from left to right. */
function variadic(name: ElementwiseFunction): Operator {
  return { build: (node) => [fold(node, name)] };
}

function fold(node: NodeContext, name: ElementwiseFunction): Value {
  const [first, ...others] = node.inputs.map((_, i) => node.input(i));
  return others.reduce((sum, operand) => combine(node, [sum, operand], name), first);
}

function buildMean(node: NodeContext): Value {
  const sum = fold(node, 'add');
  const count = node.known('float32', [], [node.inputs.length]);
  return node.step([sum, count], ([x, divisor]) => elementwise(x, divisor, 'div'));
}

/** Gemm: y = alpha · a·b + beta · c, with either matrix transposed on request. */
function buildGemm(node: NodeContext): Value {
  const { attributes } = node;
  const [a, b, c] = [node.input(0), node.input(1), node.optional(2)];
  if (a.shape.length !== 2 || b.shape.length !== 2) {
    node.fail(`A and B must be matrices (got ${showShape(a.shape)} and ${showShape(b.shape)})`);
  }
  const [alpha, beta] = [attributes.float('alpha', 1), attributes.float('beta', 1)];
  const rows = attributes.int('transA', 0) === 0 ? a : transpose(node, a, [1, 0]);
  const filters = attributes.int('transB', 0) === 0 ? transpose(node, b, [1, 0]) : b;
  attributes.ignore('broadcast'); // before opset 7; C is always broadcast here
  const outputs = filters.shape[0];
  if (c && alpha === 1 && beta === 1 && sameShape(c.shape, [outputs])) {
    return node.step([rows, filters, c], ([x, w, bias]) => linear(x, w, bias));
  }
  const product = node.step([rows, filters], ([x, w]) => linear(x, w));
  const scaled = scale(node, product, alpha);
  return c ? combine(node, [scaled, scale(node, c, beta)], 'add') : scaled;
}

function scale(node: NodeContext, value: Value, factor: number): Value {
  if (factor === 1) return value;
  return node.step([value], ([x]) => weightedSum([x], [factor]));
}

/** MatMul: NumPy's product of stacks of matrices. A vector is a row as first operand, a column as second. */
function buildMatMul(node: NodeContext): Value {
  const [a, b] = [node.input(0), node.input(1)];
  if (a.shape.length === 0 || b.shape.length === 0) {
    node.fail('A and B must be vectors or matrices (got a scalar)');
  }
  const left = a.shape.length === 1 ? [1, ...a.shape] : a.shape;
  const right = b.shape.length === 1 ? [...b.shape, 1] : b.shape;
  const rank = Math.max(left.length, right.length);
  const stacked = (shape: Shape): Shape => [
    ...Array<number>(rank - shape.length).fill(1),
    ...shape,
  ];
  const first = reshape(node, a, stacked(left));
  const second = reshape(node, b, stacked(right));
  const product =
    rank === 2
      ? node.step([first, transpose(node, second, [1, 0])], ([x, w]) => linear(x, w))
      : node.step([first, second], ([x, y]) => matMul(x, y));
  const shape = product.shape.filter(
    (_, axis) =>
      !(axis === rank - 2 && a.shape.length === 1) && !(axis === rank - 1 && b.shape.length === 1),
  );
  return reshape(node, product, shape);
}

/** Operators of two or more operands. */
export const ARITHMETIC: Operators = {
  Add: binary('add'),
  Div: binary('div'),
  Equal: { build: (node) => [buildEqual(node)] },
  Gemm: { build: (node) => [buildGemm(node)] },
  MatMul: { build: (node) => [buildMatMul(node)] },
  Max: variadic('max'),
  Mean: { build: (node) => [buildMean(node)] },
  Min: variadic('min'),
  Mul: binary('mul'),
  Pow: binary('pow'),
  Sub: binary('sub'),
  Sum: variadic('add'),
};
