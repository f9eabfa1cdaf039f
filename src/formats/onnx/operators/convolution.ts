import { showShape, type Pair } from '../../../core/shape.js';
import { convTranspose2d } from '../../../ops/conv-transpose2d.js';
import { conv2d, type ConvOptions } from '../../../ops/conv2d.js';
import { crop } from '../../../ops/crop.js';
import { takeElements } from '../../../ops/take-elements.js';
import type { NodeContext } from '../node-context.js';
import type { Operators } from '../operator.js';
import { selectionTables, cropCoordinateMap, wholeAxis } from '../places.js';
import type { Value } from '../value.js';
import { checkIntegers, readWindows, type Windows } from '../windows.js';
import { reshape } from './reshaping.js';
import { addBias, convolveVolume, stampVolume, withoutDepth } from './volume.js';

/** Inputs of a convolution. */
interface Operands {
  readonly x: Value;
  readonly weight: Value;
  readonly bias: Value | null;
}

function readOperands(node: NodeContext): Operands {
  const x = node.input(0);
  const weight = node.input(1);
  const axes = x.shape.length - 2;
  if (axes < 1 || axes > 3) {
    node.fail(`unsupported input (got ${showShape(x.shape)}, expected 1 to 3 axes after N and C)`);
  }
  if (weight.shape.length !== x.shape.length) {
    const expected = `the rank of the input ${showShape(x.shape)}`;
    node.fail(`filters have the wrong rank (got ${showShape(weight.shape)}, expected ${expected})`);
  }
  return { x, weight, bias: node.optional(2) };
}

/** Reshapes a line `[N, C, W]` to a map of one row; returns a map unchanged. */
function asMap(node: NodeContext, value: Value): Value {
  return value.shape.length === 3 ? reshape(node, value, value.shape.toSpliced(2, 0, 1)) : value;
}

/** Reshapes the result back to a line if the input was one. */
function asGiven(node: NodeContext, x: Value, y: Value): Value {
  return x.shape.length === 3 ? reshape(node, y, y.shape.toSpliced(2, 1)) : y;
}

/** Pair for rows and columns; a line has one value, for the columns. */
function pairOf(values: readonly number[], ofRow: number): Pair {
  return values.length === 1 ? [ofRow, values[0]] : [values[0], values[1]];
}

function optionsOf({ stride, dilation }: Windows, padding: Pair, groups: number): ConvOptions {
  return { stride: pairOf(stride, 1), dilation: pairOf(dilation, 1), padding, groups };
}

function buildConv(node: NodeContext): Value {
  const { x, weight, bias } = readOperands(node);
  const windows = readWindows(node, x.shape.slice(2), weight.shape.slice(2));
  const groups = node.attributes.int('group', 1);
  if (x.shape.length < 5) return convolve(node, { x, weight, bias }, windows, groups);
  const maps = withoutDepth(windows);
  const y = convolveVolume(node, { x, weight }, windows, (images, filters) =>
    convolve(node, { x: images, weight: filters, bias: null }, maps, groups),
  );
  return addBias(node, y, bias);
}

/** Adds a convolution of lines or maps. */
function convolve(
  node: NodeContext,
  { x, weight, bias }: Operands,
  windows: Windows,
  groups: number,
): Value {
  const before = pairOf(windows.before, 0);
  const after = pairOf(windows.after, 0);
  const isEven = before.join() === after.join();
  const map = asMap(node, x);
  const padded = isEven ? map : padWithZeros(node, map, before, after);
  const options = optionsOf(windows, isEven ? before : [0, 0], groups);
  const filters = asMap(node, weight);
  const y = node.step(bias ? [padded, filters, bias] : [padded, filters], ([maps, w, ...b]) =>
    conv2d(maps, w, b.at(0) ?? null, options),
  );
  return asGiven(node, x, y);
}

/** Pads maps with zeros; negative widths crop. */
function padWithZeros(node: NodeContext, x: Value, before: Pair, after: Pair): Value {
  const [N, C, H, W] = x.shape;
  node.checkShape([N, C, H + before[0] + after[0], W + before[1] + after[1]]);
  const axis = (extent: number, a: 0 | 1): number[] =>
    wholeAxis(Math.max(0, extent + before[a] + after[a])).map((i) => {
      const source = i - before[a];
      return source < extent ? source : -1;
    });
  const tables = selectionTables(x.shape, [wholeAxis(N), wholeAxis(C), axis(H, 0), axis(W, 1)]);
  const map = cropCoordinateMap(x.shape, [0, 0, -before[0], -before[1]]);
  return node.step([x], ([maps]) => takeElements(maps, { tables, map }));
}

function buildConvTranspose(node: NodeContext): Value {
  const { x, weight, bias } = readOperands(node);
  const groups = node.attributes.int('group', 1);
  const windows = readStamps(node, x.shape.slice(2), weight.shape.slice(2));
  if (x.shape.length < 5) return stamp(node, { x, weight, bias }, windows, groups);
  const maps = withoutDepth(windows);
  const y = stampVolume(node, { x, weight }, windows, (images, filters) =>
    stamp(node, { x: images, weight: filters, bias: null }, maps, groups),
  );
  return addBias(node, y, bias);
}

/** Adds a transposed convolution of lines or maps. */
function stamp(
  node: NodeContext,
  { x, weight, bias }: Operands,
  windows: Windows,
  groups: number,
): Value {
  const before = pairOf(windows.before, 0);
  const after = pairOf(windows.after, 0);
  const cut: Pair = [cutOffBoth(before[0], after[0]), cutOffBoth(before[1], after[1])];
  const rest = {
    before: [before[0] - cut[0], before[1] - cut[1]] as const,
    after: [after[0] - cut[0], after[1] - cut[1]] as const,
  };
  const grows = [...rest.before, ...rest.after].some((width) => width < 0);
  const options = optionsOf(windows, cut, groups);
  const operands = [asMap(node, x), asMap(node, weight)];
  const stamped = node.step(
    bias === null || grows ? operands : [...operands, bias],
    ([maps, w, ...b]) => convTranspose2d(maps, w, b.at(0) ?? null, options),
  );
  // Positions that the filters do not reach contain the bias only.
  const y = grows ? addBias(node, grow(node, stamped, rest), bias) : cutOff(node, stamped, rest);
  return asGiven(node, x, y);
}

/** Width that the op's own padding can cut off, the same at both ends. */
function cutOffBoth(before: number, after: number): number {
  return Math.max(0, Math.min(before, after));
}

/** Widths to cut off; negative widths pad. */
interface Cut {
  readonly before: Pair;
  readonly after: Pair;
}

function cutOff(node: NodeContext, y: Value, { before, after }: Cut): Value {
  if ([...before, ...after].every((width) => width === 0)) return y;
  const [, , H, W] = y.shape;
  const size: Pair = [H - before[0] - after[0], W - before[1] - after[1]];
  return node.step([y], ([maps]) => crop(maps, before, size));
}

function grow(node: NodeContext, y: Value, { before, after }: Cut): Value {
  return padWithZeros(node, y, [-before[0], -before[1]], [-after[0], -after[1]]);
}

/** Reads the geometry of a ConvTranspose: the widths cut off before and after, the latter less output_padding. */
function readStamps(
  node: NodeContext,
  sizes: readonly number[],
  weightSize: readonly number[],
): Windows {
  const { attributes } = node;
  const automatic = attributes.text('auto_pad', 'NOTSET');
  const wanted = attributes.ints('output_shape');
  const extra = attributes.ints('output_padding') ?? sizes.map(() => 0);
  checkIntegers(node, 'output_padding', extra, { count: sizes.length, least: 0 });
  const windows = readWindows(node, sizes, weightSize);
  const { stride, dilation, kernelSize } = windows;
  const covered = sizes.map(
    (n, axis) => stride[axis] * (n - 1) + dilation[axis] * (kernelSize[axis] - 1) + 1 + extra[axis],
  );
  const isSame = automatic.startsWith('SAME');
  if (wanted === null && !isSame) {
    return { ...windows, after: windows.after.map((width, axis) => width - extra[axis]) };
  }
  const targets = wanted?.slice(-sizes.length) ?? sizes.map((n, axis) => n * stride[axis]);
  checkIntegers(node, 'output_shape', targets, { count: sizes.length, least: 1 });
  const totals = covered.map((size, axis) => size - targets[axis]);
  // If the output is larger than what the filters cover, onnxruntime pads at the end; the standard leaves it open.
  const share = automatic === 'SAME_UPPER' ? Math.floor : Math.ceil;
  const before = totals.map((total) => Math.max(0, share(total / 2)));
  const after = totals.map((total, axis) => total - before[axis]);
  return { ...windows, before, after: after.map((width, axis) => width - extra[axis]) };
}

/** Convolutions over one, two or three axes. */
export const CONVOLUTION: Operators = {
  Conv: { build: (node) => [buildConv(node)] },
  ConvTranspose: { build: (node) => [buildConvTranspose(node)] },
};
