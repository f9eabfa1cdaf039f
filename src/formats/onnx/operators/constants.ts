import { numel, showShape } from '../../../core/shape.js';
import { ONNX_TYPES, type OnnxTensor } from '../../../io/onnx/model.js';
import { elementwise } from '../../../ops/elementwise.js';
import { pointwise } from '../../../ops/pointwise.js';
import { reshape } from '../../../ops/reshape.js';
import type { NodeContext } from '../node-context.js';
import type { Operators } from '../operator.js';
import { castTo, isFloat, type KnownValue, type Value } from '../value.js';

/** Constant with the numbers of a tensor of the file. */
function valueOf(node: NodeContext, { dims, type, data }: OnnxTensor): KnownValue {
  return { kind: 'known', name: node.name, type, shape: dims, data, isParameter: false };
}

function buildConstant(node: NodeContext): Value {
  const { attributes } = node;
  if (attributes.has('value')) {
    return valueOf(node, attributes.tensor('value') ?? node.fail('attribute value is missing'));
  }
  if (attributes.has('value_int')) return node.known('int64', [], [attributes.int('value_int', 0)]);
  if (attributes.has('value_float')) {
    return node.known('float32', [], [attributes.float('value_float', 0)]);
  }
  const ints = attributes.ints('value_ints');
  if (ints) return node.known('int64', [ints.length], ints);
  const floats =
    attributes.floats('value_floats') ??
    node.fail('no supported value (expected value, value_int(s) or value_float(s))');
  return node.known('float32', [floats.length], floats);
}

function buildConstantOfShape(node: NodeContext): Value {
  const shape = node.numbers(0) ?? node.fail('input 0 (shape) is missing');
  const value = node.attributes.tensor('value');
  const { type, data } = value ?? { type: 'float32' as const, data: [0] };
  if (!shape.every((extent) => Number.isInteger(extent) && extent >= 0)) {
    node.fail(`invalid shape ${showShape(shape)}`);
  }
  return node.filled(type, shape, data[0]);
}

function buildShape(node: NodeContext): Value {
  const { shape } = node.input(0);
  const { attributes } = node;
  const part = shape.slice(attributes.int('start', 0), attributes.int('end', shape.length));
  return node.known('int64', [part.length], part);
}

function buildRange(node: NodeContext): Value {
  const [start, limit, delta] = [0, 1, 2].map((i) => node.number(i, NaN));
  const count = Math.max(0, Math.ceil((limit - start) / delta));
  if (!(count <= 2 ** 20)) {
    node.fail(`range is too long (got ${String(count)} numbers, at most 2^20)`);
  }
  const numbers = Array.from({ length: count }, (_, i) => start + i * delta);
  return node.known(node.input(0).type, [count], numbers);
}

function isZero(node: NodeContext, x: Value): Value {
  const zero = node.known(x.type, [], [0]);
  return node.step([x, zero], ([numbers, none]) => elementwise(numbers, none, 'equal'), 'bool');
}

function buildCast(node: NodeContext): Value {
  const x = node.input(0);
  const code = node.attributes.int('to', 0);
  const to = ONNX_TYPES.get(code) ?? node.fail(`unsupported type code ${String(code)}`);
  node.attributes.ignore('saturate'); // for 8-bit floats only
  if (x.kind === 'known' && !(x.isParameter && isFloat(to))) {
    return node.known(
      to,
      x.shape,
      x.data.map((value: number) => castTo(to, value)),
    );
  }
  if (to === x.type) return x;
  if (to === 'bool') return isZero(node, isZero(node, x));
  if (!isFloat(to))
    return node.step([x], ([numbers]) => pointwise(numbers, { name: 'truncate' }), to);
  return node.step([x], ([numbers]) => reshape(numbers, x.shape), to); // tensors of all types hold floats
}

/** Operators whose outputs are independent of the numbers of the network's input, and Cast. */
export const CONSTANTS: Operators = {
  Cast: { build: (node) => [buildCast(node)] },
  Constant: { build: (node) => [buildConstant(node)] },
  ConstantOfShape: { build: (node) => [buildConstantOfShape(node)], settings: 'all' },
  Range: { build: (node) => [buildRange(node)], settings: 'all' },
  Shape: { build: (node) => [buildShape(node)], shapesOnly: [0] },
  Size: {
    build: (node) => [node.known('int64', [], [numel(node.input(0).shape)])],
    shapesOnly: [0],
  },
};
