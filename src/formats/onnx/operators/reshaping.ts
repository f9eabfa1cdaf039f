import { numel, sameShape, showShape, type Shape } from '../../../core/shape.js';
import { concat } from '../../../ops/concat.js';
import { crop } from '../../../ops/crop.js';
import { takeElements } from '../../../ops/take-elements.js';
import { reshape as changeShape } from '../../../ops/reshape.js';
import type { NodeContext } from '../node-context.js';
import type { Operators } from '../operator.js';
import { selectionTables, cropCoordinateMap, transpositionTables, wholeAxis } from '../places.js';
import type { Value } from '../value.js';
import { LONGEST_AXIS } from '../windows.js';

/** Adds a reshape. */
export function reshape(node: NodeContext, x: Value, shape: Shape): Value {
  if (sameShape(x.shape, shape)) return x;
  if (numel(shape) !== numel(x.shape) || !shape.every(Number.isInteger)) {
    node.fail(`cannot reshape ${showShape(x.shape)} to ${showShape(shape)}`);
  }
  return node.step([x], ([tensor]) => changeShape(tensor, shape));
}

/** Adds a transposition of the axes. */
export function transpose(node: NodeContext, x: Value, order: readonly number[]): Value {
  if (order.every((axis, i) => axis === i)) return x;
  const tables = transpositionTables(x.shape, order);
  return node.step([x], ([tensor]) => takeElements(tensor, { tables }));
}

/** Selects indices on some axes, in the given order; the other axes stay whole. */
export function selectIndices(
  node: NodeContext,
  x: Value,
  picked: ReadonlyMap<number, readonly number[]>,
): Value {
  const indices = x.shape.map((extent, axis) => picked.get(axis) ?? wholeAxis(extent));
  const tables = selectionTables(x.shape, indices);
  const offsets = indices.map((list) => list.at(0) ?? 0);
  const ascending = indices.every((list) => list.every((i, at) => i === list[0] + at));
  const isRectangle = x.shape.length === 4 && [0, 1].every((a) => indices[a].length === x.shape[a]);
  if (ascending && isRectangle && indices.every(({ length }) => length > 0)) {
    const [, , rows, columns] = indices.map(({ length }) => length);
    if (rows === x.shape[2] && columns === x.shape[3]) return x;
    return node.step([x], ([map]) => crop(map, [offsets[2], offsets[3]], [rows, columns]));
  }
  const map = ascending ? cropCoordinateMap(x.shape, offsets) : null;
  return node.step([x], ([tensor]) => takeElements(tensor, { tables, map }));
}

function buildReshape(node: NodeContext): Value {
  const x = node.input(0);
  const wanted = (node.opset < 5 ? node.attributes.ints('shape') : node.numbers(1)) ?? [];
  const keepsZero = node.attributes.int('allowzero', 0) === 1;
  const shape = wanted.map((extent, axis) =>
    extent === 0 && !keepsZero ? (x.shape.at(axis) ?? failKeeping(node, axis, x.shape)) : extent,
  );
  const open = shape.indexOf(-1);
  if (open < 0) return reshape(node, x, shape);
  const rest = numel(shape.filter((_, axis) => axis !== open));
  return reshape(node, x, shape.with(open, rest === 0 ? 0 : numel(x.shape) / rest));
}

function failKeeping(node: NodeContext, axis: number, shape: Shape): never {
  return node.fail(
    `extent 0 keeps axis ${String(axis)}, which is missing in input ${showShape(shape)}`,
  );
}

function buildTranspose(node: NodeContext): Value {
  const x = node.input(0);
  const rank = x.shape.length;
  const order = (node.attributes.ints('perm') ?? wholeAxis(rank).reverse()).map((axis) =>
    node.axis(axis, rank),
  );
  if (order.length !== rank || new Set(order).size !== rank) {
    node.fail(`invalid perm (got ${order.join(', ')}, expected each of ${String(rank)} axes once)`);
  }
  return transpose(node, x, order);
}

function buildFlatten(node: NodeContext): Value {
  const x = node.input(0);
  const axis = node.attributes.int('axis', 1);
  const split = axis < 0 ? axis + x.shape.length : axis;
  return reshape(node, x, [numel(x.shape.slice(0, split)), numel(x.shape.slice(split))]);
}

/** Axes from the attribute, or since opset 13 from input 1. */
function axesOf(node: NodeContext, rank: number): readonly number[] | null {
  const axes = node.opset < 13 ? node.attributes.ints('axes') : node.numbers(1);
  return axes?.map((axis) => node.axis(axis, rank)) ?? null;
}

function buildSqueeze(node: NodeContext): Value {
  const x = node.input(0);
  const axes = axesOf(node, x.shape.length);
  const gone = (axis: number): boolean => (axes ? axes.includes(axis) : x.shape[axis] === 1);
  for (const axis of axes ?? []) {
    if (x.shape[axis] !== 1) {
      node.fail(`cannot remove axis ${String(axis)} of ${showShape(x.shape)} (expected extent 1)`);
    }
  }
  return reshape(
    node,
    x,
    x.shape.filter((_, axis) => !gone(axis)),
  );
}

function buildUnsqueeze(node: NodeContext): Value {
  const x = node.input(0);
  const count = (node.opset < 13 ? node.attributes.ints('axes') : node.numbers(1))?.length ?? 0;
  const rank = x.shape.length + count;
  const axes = axesOf(node, rank) ?? node.fail('axes are missing');
  if (new Set(axes).size !== count) node.fail(`repeated axes (got ${axes.join(', ')})`);
  let next = 0;
  const shape = wholeAxis(rank).map((axis) => (axes.includes(axis) ? 1 : x.shape[next++]));
  return reshape(node, x, shape);
}

function buildSlice(node: NodeContext): Value {
  const x = node.input(0);
  const isOld = node.opset < 10;
  const read = (name: string, i: number) => (isOld ? node.attributes.ints(name) : node.numbers(i));
  const starts = read('starts', 1) ?? node.fail('starts are missing');
  const ends = read('ends', 2) ?? node.fail('ends are missing');
  const axes = read('axes', 3) ?? wholeAxis(starts.length);
  const steps = (isOld ? null : node.numbers(4)) ?? starts.map(() => 1);
  if ([ends, axes, steps].some(({ length }) => length !== starts.length)) {
    const got = [starts, ends, axes, steps].map(({ length }) => length).join(', ');
    node.fail(`starts, ends, axes and steps must be of one length (got ${got})`);
  }
  const picked = new Map<number, number[]>();
  axes.forEach((given, i) => {
    const axis = node.axis(given, x.shape.length);
    picked.set(
      axis,
      range(node, x.shape[axis], { start: starts[i], end: ends[i], step: steps[i] }),
    );
  });
  return selectIndices(node, x, picked);
}

/** Indices of an axis from start up to, but not including, end; negative bounds count from the end of the axis. */
function range(
  node: NodeContext,
  extent: number,
  { start, end, step }: { readonly start: number; readonly end: number; readonly step: number },
): number[] {
  if (step === 0 || !Number.isInteger(step)) {
    node.fail(`invalid step (got ${String(step)}, expected an integer other than 0)`);
  }
  const clamp = (value: number, least: number, most: number): number =>
    Math.min(Math.max(value < 0 ? value + extent : value, least), most);
  const first = step > 0 ? clamp(start, 0, extent) : clamp(start, 0, extent - 1);
  const last = step > 0 ? clamp(end, 0, extent) : clamp(end, -1, extent - 1);
  const count = Math.max(0, Math.ceil((last - first) / step));
  return wholeAxis(count).map((i) => first + i * step);
}

function buildConcat(node: NodeContext): Value {
  const values = node.inputs.map((_, i) => node.input(i));
  const [first] = values;
  const axis = node.axis(node.attributes.int('axis', 1), first.shape.length);
  if (values.length === 1) return first;
  return node.step(values, (tensors) => concat(tensors, axis));
}

function buildSplit(node: NodeContext): Value[] {
  const x = node.input(0);
  const axis = node.axis(node.attributes.int('axis', 0), x.shape.length);
  const given = node.opset < 13 ? node.attributes.ints('split') : node.numbers(1);
  const parts = node.attributes.int('num_outputs', node.outputCount);
  const size = Math.ceil(x.shape[axis] / parts);
  const sizes =
    given ??
    Array.from({ length: parts }, (_, i) => Math.max(0, Math.min(size, x.shape[axis] - i * size)));
  if (sizes.reduce((sum, length) => sum + length, 0) !== x.shape[axis]) {
    node.fail(
      `wrong sum of split (got ${sizes.join(' + ')}, expected extent ${String(x.shape[axis])})`,
    );
  }
  let start = 0;
  return sizes.map((length) => {
    const first = start;
    start += length;
    const indices = wholeAxis(length).map((i) => first + i);
    return selectIndices(node, x, new Map([[axis, indices]]));
  });
}

/** Indices of an axis after padding in the node's mode; −1 for a constant. */
function borderIndices(node: NodeContext, extent: number, [before, after]: readonly number[]) {
  const mode = node.attributes.text('mode', 'constant');
  const last = extent - 1;
  const all = wholeAxis(Math.max(0, extent + before + after)).map((i) => i - before);
  switch (mode) {
    case 'constant':
      return all.map((i) => (i < 0 || i > last ? -1 : i));
    case 'edge':
      return all.map((i) => Math.min(Math.max(i, 0), last));
    case 'wrap':
      return all.map((i) => ((i % extent) + extent) % extent);
    case 'reflect':
      if (Math.max(before, after) > last) {
        const got = `${String(before)} and ${String(after)}`;
        node.fail(`pads exceed a reflection (got ${got} for extent ${String(extent)})`);
      }
      return all.map((i) => (i < 0 ? -i : i > last ? 2 * last - i : i));
    default:
      return node.fail(`unsupported mode (got ${mode}, expected constant, edge, reflect or wrap)`);
  }
}

function buildPad(node: NodeContext): Value {
  const x = node.input(0);
  const rank = x.shape.length;
  const isOld = node.opset < 11;
  const { attributes } = node;
  const pads =
    (isOld ? (attributes.ints('pads') ?? attributes.ints('paddings')) : node.numbers(1)) ??
    node.fail('pads are missing');
  const fill = isOld ? attributes.float('value', 0) : node.number(2, 0);
  const axes = (node.opset < 18 ? null : node.numbers(3)) ?? wholeAxis(rank);
  const largest = pads.every((width) => Number.isInteger(width) && Math.abs(width) <= LONGEST_AXIS);
  if (pads.length !== 2 * axes.length || !largest) {
    node.fail(
      `invalid pads (got ${pads.join(', ')}, expected ${String(2 * axes.length)} integers up to 65536)`,
    );
  }
  const widths = new Map(
    axes.map((axis, i) => [node.axis(axis, rank), [pads[i], pads[i + axes.length]]]),
  );
  const none = [0, 0];
  node.checkShape(
    x.shape.map((extent, axis) => {
      const [before, after] = widths.get(axis) ?? none;
      return extent + before + after;
    }),
  );
  const indices = x.shape.map((extent, axis) =>
    borderIndices(node, extent, widths.get(axis) ?? none),
  );
  const map = cropCoordinateMap(
    x.shape,
    x.shape.map((_, axis) => -(widths.get(axis) ?? none)[0]),
  );
  const tables = selectionTables(x.shape, indices);
  return node.step([x], ([tensor]) => takeElements(tensor, { tables, fill, map }));
}

function buildTile(node: NodeContext): Value {
  const x = node.input(0);
  const repeats = node.numbers(1) ?? node.fail('input 1 (repeats) is missing');
  node.checkShape(x.shape.map((extent, axis) => extent * (repeats.at(axis) ?? 1)));
  const picked = x.shape.map((extent, axis) =>
    wholeAxis(extent * (repeats.at(axis) ?? 1)).map((i) => i % extent),
  );
  return selectIndices(node, x, new Map(picked.entries()));
}

/** Operators that move numbers without computing new ones. */
export const RESHAPING: Operators = {
  Concat: { build: (node) => [buildConcat(node)] },
  Flatten: { build: (node) => [buildFlatten(node)] },
  Identity: { build: (node) => [node.input(0)] },
  Pad: { build: (node) => [buildPad(node)], settings: [1, 2, 3] },
  Reshape: { build: (node) => [buildReshape(node)], settings: [1] },
  Slice: { build: (node) => [buildSlice(node)], settings: [1, 2, 3, 4] },
  Split: { build: buildSplit, settings: [1] },
  Squeeze: { build: (node) => [buildSqueeze(node)], settings: [1] },
  Tile: { build: (node) => [buildTile(node)], settings: [1] },
  Transpose: { build: (node) => [buildTranspose(node)] },
  Unsqueeze: { build: (node) => [buildUnsqueeze(node)], settings: [1] },
};
