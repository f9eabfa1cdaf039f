import { numel, sameShape, showShape, type Shape } from '../../../core/shape.js';
import { gatherElements } from '../../../ops/gather-elements.js';
import { pointwise } from '../../../ops/pointwise.js';
import { takeElements } from '../../../ops/take-elements.js';
import { weightedSum } from '../../../ops/weighted-sum.js';
import { where } from '../../../ops/where.js';
import type { NodeContext } from '../node-context.js';
import type { Operators } from '../operator.js';
import { selectionTables, wholeAxis } from '../places.js';
import type { KnownValue, Value } from '../value.js';
import { selectIndices, reshape } from './reshaping.js';

/** Broadcasts a value to the common shape of its own and the wanted shape. */
function expand(node: NodeContext, x: Value, wanted: Shape): Value {
  const shape = commonShape(node, x.shape, wanted);
  node.checkShape(shape);
  if (sameShape(shape, x.shape)) return x;
  const own = withRank(x.shape, shape.length);
  const indices = own.map((extent, axis) =>
    extent === 1 ? wholeAxis(shape[axis]).map(() => 0) : wholeAxis(extent),
  );
  const tables = selectionTables(own, indices);
  return node.step([x], ([tensor]) => takeElements(tensor, { tables }));
}

function commonShape(node: NodeContext, a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  const [first, second] = [withRank(a, rank), withRank(b, rank)];
  return first.map((extent, axis) => {
    const other = second[axis];
    if (extent !== other && extent !== 1 && other !== 1) {
      node.fail(`shapes cannot be broadcast (got ${showShape(a)} and ${showShape(b)})`);
    }
    return extent === 1 ? other : extent;
  });
}

function withRank(shape: Shape, rank: number): Shape {
  return [...Array<number>(rank - shape.length).fill(1), ...shape];
}

/** Where: selects one of two values, element by element, after broadcasting all three inputs. */
export function addWhere(node: NodeContext, values: readonly [Value, Value, Value]): Value {
  const none: Shape = [];
  const shape = values.reduce((common, value) => commonShape(node, common, value.shape), none);
  const operands = values.map((value) => expand(node, value, shape));
  const { type } = values[1];
  return node.step(operands, ([condition, a, b]) => where(condition, a, b), type);
}

/** GatherElements with indices ≥ 0. */
export function addGatherElements(
  node: NodeContext,
  x: Value,
  indices: Value,
  axis: number,
): Value {
  return node.step([x, indices], ([tensor, at]) => gatherElements(tensor, at, axis));
}

/** Gather with indices ≥ 0: the axes of the indices replace the gathered axis. */
export function addGather(node: NodeContext, x: Value, indices: Value, axis: number): Value {
  const count = numel(indices.shape);
  const line = x.shape.map((_, i) => (i === axis ? count : 1));
  const shape = x.shape.with(axis, count);
  const spread = expand(node, reshape(node, indices, line), shape);
  const picked = addGatherElements(node, x, spread, axis);
  return reshape(node, picked, x.shape.toSpliced(axis, 1, ...indices.shape));
}

function buildGather(node: NodeContext): Value {
  const x = node.input(0);
  const axis = node.axis(node.attributes.int('axis', 0), x.shape.length);
  const indices = node.input(1);
  const extent = x.shape[axis];
  if (indices.kind === 'live') {
    return addGather(node, x, countedFromStart(node, indices, extent), axis);
  }
  const picked = selectIndices(node, x, new Map([[axis, knownIndices(node, indices, extent)]]));
  return reshape(node, picked, x.shape.toSpliced(axis, 1, ...indices.shape));
}

function knownIndices(node: NodeContext, { data }: KnownValue, extent: number): number[] {
  return Array.from(data, (index) => {
    const counted = index < 0 ? index + extent : index;
    if (!(Number.isInteger(counted) && counted >= 0 && counted < extent)) {
      node.fail(`index out of range (got ${String(index)} for extent ${String(extent)})`);
    }
    return counted;
  });
}

function buildGatherElements(node: NodeContext): Value {
  const [x, indices] = [node.input(0), node.input(1)];
  const axis = node.axis(node.attributes.int('axis', 0), x.shape.length);
  return addGatherElements(node, x, countedFromStart(node, indices, x.shape[axis]), axis);
}

/** Makes indices count from 0: adds the extent to negative ones. */
function countedFromStart(node: NodeContext, indices: Value, extent: number): Value {
  const opposite = node.step([indices], ([i]) => pointwise(i, { name: 'neg' }));
  const isNegative = node.step([opposite], ([i]) => pointwise(i, { name: 'step' }));
  return node.step([indices, isNegative], (both) => weightedSum(both, [1, extent]));
}

/** Operators that select or broadcast numbers. */
export const GATHER: Operators = {
  Expand: {
    build: (node) => [
      expand(node, node.input(0), node.numbers(1) ?? node.fail('input 1 (shape) is missing')),
    ],
    settings: [1],
  },
  Gather: { build: (node) => [buildGather(node)], settingsIfKnown: [1] },
  GatherElements: { build: (node) => [buildGatherElements(node)], frozen: [1] },
  Where: {
    build: (node) => [addWhere(node, [node.input(0), node.input(1), node.input(2)])],
    frozen: [0],
  },
};
