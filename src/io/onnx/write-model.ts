import { FcnError } from '../../core/errors.js';
import { ProtobufWriter } from '../protobuf-writer.js';
import {
  ONNX_TYPES,
  type OnnxAttribute,
  type OnnxGraph,
  type OnnxModel,
  type OnnxNode,
  type OnnxTensor,
  type OnnxType,
  type OnnxValueInfo,
} from './model.js';

/** Numbers of the element types in TensorProto.DataType. */
const TYPE_NUMBERS: ReadonlyMap<OnnxType, number> = new Map(
  Array.from(ONNX_TYPES, ([number, type]) => [type, number]),
);

/** Numbers of kinds in AttributeProto.AttributeType. */
const KINDS = { float: 1, int: 2, text: 3, tensor: 4, floats: 6, ints: 7, texts: 8 } as const;

/**
 * Writes an ONNX file as pieces in order; weights are not copied.
 *
 * @throws {@link FcnError} for tensors other than float32, int64 and float64, and for attributes of
 *   unsupported kinds.
 */
export function writeOnnx(model: OnnxModel): readonly Uint8Array[] {
  const writer = new ProtobufWriter();
  writer.int(1, model.irVersion);
  writer.text(2, model.producer);
  for (const [domain, version] of model.opsets) {
    nested(writer, 8, (opset) => {
      if (domain !== '') opset.text(1, domain);
      opset.int(2, version);
    });
  }
  nested(writer, 7, (graph) => {
    writeGraph(graph, model.graph);
  });
  return writer.pieces();
}

/** Writes a nested message. */
function nested(
  writer: ProtobufWriter,
  field: number,
  write: (inner: ProtobufWriter) => void,
): void {
  const inner = new ProtobufWriter();
  write(inner);
  writer.message(field, inner);
}

function writeGraph(writer: ProtobufWriter, graph: OnnxGraph): void {
  for (const node of graph.nodes) {
    nested(writer, 1, (inner) => {
      writeNode(inner, node);
    });
  }
  writer.text(2, graph.name);
  for (const tensor of graph.initializers.values()) {
    nested(writer, 5, (inner) => {
      writeTensor(inner, tensor);
    });
  }
  for (const [field, infos] of [
    [11, graph.inputs],
    [12, graph.outputs],
  ] as const) {
    for (const info of infos) {
      nested(writer, field, (inner) => {
        writeValueInfo(inner, info);
      });
    }
  }
}

function writeNode(writer: ProtobufWriter, node: OnnxNode): void {
  for (const input of node.inputs) writer.text(1, input);
  for (const output of node.outputs) writer.text(2, output);
  writer.text(3, node.name);
  writer.text(4, node.op);
  for (const [name, attribute] of node.attributes) {
    nested(writer, 5, (inner) => {
      inner.text(1, name);
      writeAttribute(inner, name, attribute);
    });
  }
  if (node.domain !== '') writer.text(7, node.domain);
}

function writeAttribute(writer: ProtobufWriter, name: string, attribute: OnnxAttribute): void {
  switch (attribute.kind) {
    case 'float':
      writer.float(2, attribute.value);
      break;
    case 'int':
      writer.int(3, attribute.value);
      break;
    case 'text':
      writer.text(4, attribute.value);
      break;
    case 'tensor':
      nested(writer, 5, (inner) => {
        writeTensor(inner, attribute.value);
      });
      break;
    case 'floats':
      for (const value of attribute.value) writer.float(7, value);
      break;
    case 'ints':
      for (const value of attribute.value) writer.int(8, value);
      break;
    case 'texts':
      for (const value of attribute.value) writer.text(9, value);
      break;
    case 'other':
      throw new FcnError(`onnx: attribute ${name} is of a kind that is not written`);
  }
  writer.int(20, KINDS[attribute.kind]);
}

function writeTensor(writer: ProtobufWriter, { name, dims, type, data }: OnnxTensor): void {
  for (const extent of dims) writer.int(1, extent);
  writer.int(2, TYPE_NUMBERS.get(type) ?? 0);
  if (name !== '') writer.text(8, name);
  writer.bytes(9, rawOf(type, data, name));
}

function rawOf(type: OnnxType, data: OnnxTensor['data'], name: string): Uint8Array {
  if (type === 'int64') return new Uint8Array(BigInt64Array.from(data, BigInt).buffer);
  const fits = type === 'float32' ? data instanceof Float32Array : type === 'float64';
  if (!fits) throw new FcnError(`onnx: tensor ${name} is ${type}, which is not written`);
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

function writeValueInfo(writer: ProtobufWriter, { name, type, dims }: OnnxValueInfo): void {
  writer.text(1, name);
  nested(writer, 2, (kind) => {
    nested(kind, 1, (tensor) => {
      tensor.int(1, type === null ? 0 : (TYPE_NUMBERS.get(type) ?? 0));
      if (dims === null) return;
      nested(tensor, 2, (shape) => {
        for (const dim of dims) {
          nested(shape, 1, (inner) => {
            if (typeof dim === 'number') inner.int(1, dim);
            if (typeof dim === 'string') inner.text(2, dim);
          });
        }
      });
    });
  });
}
