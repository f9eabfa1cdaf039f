/**
 * Writes a traced network as an ONNX model, as far as the benches need it to hand the same network to
 * other engines.
 *
 * @see https://github.com/onnx/onnx/blob/main/onnx/onnx.proto for the field numbers.
 */
import type { FloatArray } from '../../src/backend/backend.js';
import type { Pair, Shape } from '../../src/core/shape.js';
import type { Graph } from '../../src/graph/trace.js';
import { nameOf } from '../../src/graph/trace.js';
import type { Conv2dAttrs } from '../../src/ops/conv2d.js';
import type { PoolOpAttrs } from '../../src/ops/pool-options.js';
import type { Origin } from '../../src/tensor/origin.js';
import { bytes, integer, join, nested, text, type Message } from './protobuf.js';

const FLOAT = 1;
const INT64 = 7;
const OPSET = 13;
const IR_VERSION = 8;

/** Parameters by name, float32. */
export type Weights = ReadonlyMap<string, { readonly shape: Shape; readonly data: FloatArray }>;

/** One node and the constants it brings. */
interface Translated {
  readonly type: string;
  readonly attributes?: readonly Message[];
  readonly constants?: readonly (readonly number[])[];
  readonly inputs?: number;
}

/** How the ops of an FCN are called in ONNX. */
const TRANSLATIONS: Readonly<Record<string, ((node: Origin) => Translated) | undefined>> = {
  conv2d: (node) => ({ type: 'Conv', attributes: convAttributes(node.attrs as Conv2dAttrs) }),
  convTranspose2d: (node) => ({
    type: 'ConvTranspose',
    attributes: convAttributes(node.attrs as Conv2dAttrs),
  }),
  relu: () => ({ type: 'Relu' }),
  maxPool2d: (node) => {
    const { kernelSize, stride, padding, rounding } = node.attrs as PoolOpAttrs;
    const ceil = rounding === 'ceil' ? 1 : 0;
    const attributes = [
      integers('kernel_shape', kernelSize),
      integers('strides', stride),
      integers('pads', [...padding, ...padding]),
      nested(5, join([text(1, 'ceil_mode'), integer(3, ceil), integer(20, 2)])),
    ];
    return { type: 'MaxPool', attributes };
  },
  crop: (node) => {
    const { offset } = node.attrs as { offset: Pair };
    const [, , height, width] = node.shape;
    const end = [offset[0] + height, offset[1] + width];
    return { type: 'Slice', inputs: 1, constants: [offset, end, [2, 3]] };
  },
  add: () => ({ type: 'Add' }),
  weightedSum: () => ({ type: 'Add' }),
  concat: () => ({
    type: 'Concat',
    attributes: [nested(5, join([text(1, 'axis'), integer(3, 1), integer(20, 2)]))],
  }),
};

/**
 * The file as pieces to write one after the other.
 *
 * @throws Error if the network has an op without translation.
 */
export function writeOnnx(graph: Graph, weights: Weights): readonly Uint8Array[] {
  const constants: Message[] = [];
  const nodes = graph.nodes.map((node) => nested(1, onnxNode(node, constants)));
  const tensors = [...weights].map(([name, { shape, data }]) =>
    nested(
      5,
      tensor(name, FLOAT, shape, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
    ),
  );
  const [input] = graph.inputs;
  const [output] = graph.outputs;
  const body = join([
    ...nodes,
    text(2, 'fcn'),
    ...tensors,
    ...constants,
    nested(11, valueInfo(nameOf(input), input.shape)),
    nested(12, valueInfo(nameOf(output), output.shape)),
  ]);
  const opset = nested(8, integer(2, OPSET));
  return join([integer(1, IR_VERSION), opset, nested(7, body)]).parts;
}

function onnxNode(node: Origin, constants: Message[]): Message {
  const translate = TRANSLATIONS[node.op];
  if (translate === undefined) throw new Error(`no ONNX op for ${node.op}`);
  const { type, attributes = [], constants: values = [], inputs } = translate(node);
  const names = node.inputs.slice(0, inputs).map(nameOf);
  for (const [i, value] of values.entries()) {
    const name = `${nameOf(node)}/${String(i)}`;
    names.push(name);
    const data = new Uint8Array(BigInt64Array.from(value, BigInt).buffer);
    constants.push(nested(5, tensor(name, INT64, [value.length], data)));
  }
  return join([
    ...names.map((name) => text(1, name)),
    text(2, nameOf(node)),
    text(3, nameOf(node)),
    text(4, type),
    ...attributes,
  ]);
}

function convAttributes({ kernelSize, stride, padding, dilation, groups }: Conv2dAttrs): Message[] {
  return [
    integers('kernel_shape', kernelSize),
    integers('strides', stride),
    integers('pads', [...padding, ...padding]),
    integers('dilations', dilation),
    nested(5, join([text(1, 'group'), integer(3, groups), integer(20, 2)])),
  ];
}

/** An attribute that is a list of integers. */
function integers(name: string, values: readonly number[]): Message {
  return nested(
    5,
    join([text(1, name), ...values.map((value) => integer(8, value)), integer(20, 7)]),
  );
}

function tensor(name: string, type: number, shape: Shape, data: Uint8Array): Message {
  const dims = shape.map((extent) => integer(1, extent));
  return join([...dims, integer(2, type), text(8, name), nested(9, bytes(data))]);
}

function valueInfo(name: string, shape: Shape): Message {
  const dims = shape.map((extent) => nested(1, integer(1, extent)));
  const type = nested(1, join([integer(1, FLOAT), nested(2, join(dims))]));
  return join([text(1, name), nested(2, type)]);
}
