import { poolSize, type PoolRounding } from '../../../backend/pool-size.js';
import type { PoolNdKind } from '../../../backend/reference/pool-nd.js';
import { showShape, type Pair } from '../../../core/shape.js';
import { avgPool2d, globalAvgPool2d } from '../../../ops/avg-pool2d.js';
import { maxPool2d } from '../../../ops/max-pool2d.js';
import { poolNd, type PoolNdAttrs } from '../../../ops/pool-nd.js';
import { reduce } from '../../../ops/reduce.js';
import { Tensor } from '../../../tensor/tensor.js';
import type { NodeContext } from '../node-context.js';
import type { Operators } from '../operator.js';
import { wholeAxis } from '../places.js';
import type { Value } from '../value.js';
import { readWindows, type Windows } from '../windows.js';

function readPool(node: NodeContext): Omit<PoolNdAttrs, 'kind'> {
  const { shape } = node.input(0);
  if (shape.length < 3) {
    node.fail(`unsupported input (got ${showShape(shape)}, expected axes after N and C)`);
  }
  const rounding: PoolRounding = node.attributes.int('ceil_mode', 0) === 0 ? 'floor' : 'ceil';
  return { ...readWindows(node, shape.slice(2), null), rounding };
}

function buildPool(node: NodeContext, kind: PoolNdKind): Value {
  const x = node.input(0);
  const { rounding, ...windows } = readPool(node);
  const attrs = { ...windows, kind, rounding };
  const [, , ...sizes] = poolNd(Tensor.dry(x.shape), attrs).shape;
  const fast = fastOptions(windows, x.shape.slice(2), { kind, rounding, sizes });
  if (fast === null) return node.step([x], ([maps]) => poolNd(maps, attrs));
  const pool = kind === 'max' ? maxPool2d : avgPool2d;
  return node.step([x], ([maps]) => pool(maps, fast));
}

/** Options of the 2-D op with a SIMD kernel that computes the same; null if there are none. */
function fastOptions(
  { kernelSize, stride, dilation, before, after }: Windows,
  inputSizes: readonly number[],
  pooled: {
    readonly kind: PoolNdKind;
    readonly rounding: PoolRounding;
    readonly sizes: readonly number[];
  },
) {
  const { kind, rounding, sizes } = pooled;
  const hasBorder = before.some((width) => width > 0);
  if (kernelSize.length !== 2 || dilation.some((step) => step !== 1)) return null;
  if (before.join() !== after.join() || (kind === 'average' && hasBorder)) return null;
  const pair = ([rows, columns]: readonly number[]): Pair => [rows, columns];
  const options = {
    ...{ kernelSize: pair(kernelSize), stride: pair(stride), padding: pair(before), rounding },
  };
  const sameSizes = ([0, 1] as const).every(
    (axis) => poolSize(inputSizes[axis], options, axis) === sizes[axis],
  );
  return sameSizes ? options : null;
}

function buildGlobalAverage(node: NodeContext): Value {
  const x = node.input(0);
  if (x.shape.length === 4) return node.step([x], ([maps]) => globalAvgPool2d(maps));
  const axes = wholeAxis(x.shape.length).slice(2);
  return node.step([x], ([tensor]) => reduce(tensor, { reduction: 'mean', axes }));
}

function buildGlobalMax(node: NodeContext): Value {
  const x = node.input(0);
  const axes = wholeAxis(x.shape.length).slice(2);
  return node.step([x], ([tensor]) => reduce(tensor, { reduction: 'max', axes }));
}

/** Pooling operators over any number of axes. */
export const POOLING: Operators = {
  AveragePool: {
    build(node) {
      const isPlain = node.attributes.int('count_include_pad', 0) === 0;
      return [buildPool(node, isPlain ? 'average' : 'averageWithBorder')];
    },
  },
  GlobalAveragePool: { build: (node) => [buildGlobalAverage(node)] },
  GlobalMaxPool: { build: (node) => [buildGlobalMax(node)] },
  MaxPool: {
    build(node) {
      const y = buildPool(node, 'max');
      const order = node.attributes.int('storage_order', 0);
      if (node.outputCount < 2) return [y];
      if (order !== 0) {
        node.fail(
          `unsupported storage_order (got ${String(order)}, expected 0, row-major indices)`,
        );
      }
      const attrs = { ...readPool(node), kind: 'maxPlace' as const };
      return [y, node.step([node.input(0)], ([x]) => poolNd(x, attrs), 'int64')];
    },
  },
};
