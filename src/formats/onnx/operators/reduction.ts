import type { Reduction } from '../../../backend/reference/reduce.js';
import { reduce } from '../../../ops/reduce.js';
import type { NodeContext } from '../node-context.js';
import type { Operator, Operators } from '../operator.js';
import { wholeAxis } from '../places.js';
import type { Value } from '../value.js';
import { reshape } from './reshaping.js';

/** @param inputSince - First opset in which the axes are an input, not an attribute. */
function reduction(name: Reduction, inputSince: number): Operator {
  return { build: (node) => [buildReduce(node, name, inputSince)], settings: [1] };
}

function buildReduce(node: NodeContext, name: Reduction, inputSince: number): Value {
  const x = node.input(0);
  const rank = x.shape.length;
  const given = node.opset < inputSince ? node.attributes.ints('axes') : node.numbers(1);
  const passesEmpty = node.attributes.int('noop_with_empty_axes', 0) === 1;
  const keeps = node.attributes.int('keepdims', 1) === 1;
  const isAll = given === null || given.length === 0;
  if (isAll && passesEmpty) return x;
  const axes = isAll ? wholeAxis(rank) : given.map((axis) => node.axis(axis, rank));
  return withoutAxes(node, { x, axes, name, keeps });
}

function buildArgMax(node: NodeContext): Value {
  const x = node.input(0);
  const axes = [node.axis(node.attributes.int('axis', 0), x.shape.length)];
  const keeps = node.attributes.int('keepdims', 1) === 1;
  const takesLast = node.attributes.int('select_last_index', 0) === 1;
  return withoutAxes(node, { x, axes, name: takesLast ? 'argMaxLast' : 'argMax', keeps });
}

function withoutAxes(
  node: NodeContext,
  reduced: {
    readonly x: Value;
    readonly axes: readonly number[];
    readonly name: Reduction;
    readonly keeps: boolean;
  },
): Value {
  const { x, axes, name, keeps } = reduced;
  const type = name.startsWith('argMax') ? 'int64' : x.type;
  const y = node.step([x], ([tensor]) => reduce(tensor, { reduction: name, axes }), type);
  if (keeps) return y;
  return reshape(
    node,
    y,
    y.shape.filter((_, axis) => !axes.includes(axis)),
  );
}

/** Operators that reduce axes to one number. */
export const REDUCTION: Operators = {
  ArgMax: { build: (node) => [buildArgMax(node)] },
  ReduceMax: reduction('max', 18),
  ReduceMean: reduction('mean', 18),
  ReduceMin: reduction('min', 18),
  ReduceSum: reduction('sum', 13),
};
