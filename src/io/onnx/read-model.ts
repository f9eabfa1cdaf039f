import { memorySource } from '../byte-source.js';
import { ProtobufReader } from '../protobuf.js';
import {
  ONNX_TYPES,
  type OnnxAttribute,
  type OnnxGraph,
  type OnnxModel,
  type OnnxNode,
  type OnnxTensor,
  type OnnxValueInfo,
} from './model.js';
import { readTensor, type ExternalData } from './read-tensor.js';

/** Limit of nodes: known networks have far fewer, but a file could hold a hundred times as many. */
const MAX_NODES = 50_000;
/** Explicit name of the domain of ONNX's own operators. */
const ONNX_DOMAIN = 'ai.onnx';

/** Options of {@link readOnnx}. */
export interface ReadOnnxOptions {
  /**
   * External data of tensors, by location. Locations are keys, never paths of files; default: none.
   */
  readonly external?: ExternalData;
}

/**
 * Reads an ONNX file.
 *
 * Only the integrity of the file is checked. Operators, the order of nodes and shapes are checked by the code that
 * builds a network.
 *
 * @param name - Name of the file, for errors.
 * @throws {@link ParseError} on damage, on missing external data, and on more than 50,000
 *   nodes.
 */
export function readOnnx(
  bytes: Uint8Array,
  name = 'onnx',
  { external = new Map() }: ReadOnnxOptions = {},
): OnnxModel {
  const reader = new ProtobufReader(memorySource(bytes, name));
  const opsets = new Map<string, number>();
  let irVersion = 0;
  let producer = '';
  const graphs: OnnxGraph[] = [];
  reader.readFields((field) => {
    if (field === 1) irVersion = reader.int();
    else if (field === 2) producer = reader.text();
    else if (field === 7) {
      if (graphs.length > 0) reader.fail('duplicate graph');
      graphs.push(readGraph(reader, external));
    } else if (field === 8) readOpset(reader, opsets);
  });
  const [graph] = graphs;
  if (graphs.length === 0) reader.fail('missing graph');
  if (opsets.size === 0) reader.fail('missing operator set');
  return { irVersion, producer, opsets, graph };
}

function readOpset(reader: ProtobufReader, opsets: Map<string, number>): void {
  let domain = '';
  let version = 0;
  reader.message((field) => {
    if (field === 1) domain = reader.text();
    if (field === 2) version = reader.int();
  });
  opsets.set(plainDomain(domain), version);
}

function plainDomain(domain: string): string {
  return domain === ONNX_DOMAIN ? '' : domain;
}

function readGraph(reader: ProtobufReader, external: ExternalData): OnnxGraph {
  const nodes: OnnxNode[] = [];
  const initializers = new Map<string, OnnxTensor>();
  const inputs: OnnxValueInfo[] = [];
  const outputs: OnnxValueInfo[] = [];
  let name = '';
  reader.message((field) => {
    if (field === 1) {
      if (nodes.length >= MAX_NODES)
        reader.fail(`too many nodes (expected at most ${String(MAX_NODES)})`);
      nodes.push(readNode(reader, external));
    } else if (field === 2) name = reader.text();
    else if (field === 5) {
      const tensor = readTensor(reader, external);
      if (initializers.has(tensor.name)) reader.fail(`duplicate initialiser ${tensor.name}`);
      initializers.set(tensor.name, tensor);
    } else if (field === 11 || field === 12) {
      const infos = field === 11 ? inputs : outputs;
      if (infos.push(readValueInfo(reader)) > MAX_NODES)
        reader.fail(`too many inputs or outputs (expected at most ${String(MAX_NODES)})`);
    } else if (field === 15) reader.fail('sparse initialisers are unsupported');
  });
  return { name, nodes, initializers, inputs, outputs };
}

function readNode(reader: ProtobufReader, external: ExternalData): OnnxNode {
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes = new Map<string, OnnxAttribute>();
  let [name, op, domain] = ['', '', ''];
  reader.message((field) => {
    if (field === 1) inputs.push(reader.text());
    else if (field === 2) outputs.push(reader.text());
    else if (field === 3) name = reader.text();
    else if (field === 4) op = reader.text();
    else if (field === 5) {
      const [key, value] = readAttribute(reader, external);
      if (attributes.has(key)) reader.fail(`duplicate attribute ${key}`);
      attributes.set(key, value);
    } else if (field === 7) domain = reader.text();
  });
  return { name, op, domain: plainDomain(domain), inputs, outputs, attributes };
}

/** Fields of an AttributeProto that have been read. */
interface AttributeFields {
  name: string;
  type: number;
  float: number;
  int: number;
  text: string;
  tensor: OnnxTensor | null;
  readonly floats: number[];
  readonly ints: number[];
  readonly texts: string[];
}

function readAttribute(
  reader: ProtobufReader,
  external: ExternalData,
): readonly [string, OnnxAttribute] {
  const at = reader.offset;
  const fields: AttributeFields = {
    ...{ name: '', type: 0, float: 0, int: 0, text: '', tensor: null },
    ...{ floats: [], ints: [], texts: [] },
  };
  reader.message((field) => {
    takeAttributeField(field, fields, reader, external);
  });
  const value = attributeOf(fields);
  if (value === null) reader.fail(`attribute ${fields.name}: missing value`, at);
  return [fields.name, value];
}

function takeAttributeField(
  field: number,
  fields: AttributeFields,
  reader: ProtobufReader,
  external: ExternalData,
): void {
  if (field === 1) fields.name = reader.text();
  else if (field === 2) fields.float = reader.float();
  else if (field === 3) fields.int = reader.int();
  else if (field === 4) fields.text = latin1(reader.bytes());
  else if (field === 5) fields.tensor = readTensor(reader, external);
  else if (field === 7) for (const value of reader.floats()) fields.floats.push(value);
  else if (field === 8) reader.ints((value) => fields.ints.push(value));
  else if (field === 9) fields.texts.push(latin1(reader.bytes()));
  else if (field === 20) fields.type = reader.int();
}

/** Decodes a string attribute: bytes in ONNX; the strings of its operators are ASCII. */
function latin1(bytes: Uint8Array): string {
  return Array.from(bytes, (code) => String.fromCharCode(code)).join('');
}

/** Value for the attribute's type (AttributeProto.AttributeType); null if it is missing. */
function attributeOf(fields: AttributeFields): OnnxAttribute | null {
  const { type, tensor } = fields;
  switch (type) {
    case 1:
      return { kind: 'float', value: fields.float };
    case 2:
      return { kind: 'int', value: fields.int };
    case 3:
      return { kind: 'text', value: fields.text };
    case 4:
      return tensor && { kind: 'tensor', value: tensor };
    case 6:
      return { kind: 'floats', value: fields.floats };
    case 7:
      return { kind: 'ints', value: fields.ints };
    case 8:
      return { kind: 'texts', value: fields.texts };
    default:
      return { kind: 'other' };
  }
}

function readValueInfo(reader: ProtobufReader): OnnxValueInfo {
  let name = '';
  let type = 0;
  let dims: OnnxValueInfo['dims'] = null;
  reader.message((field) => {
    if (field === 1) name = reader.text();
    if (field !== 2) return;
    reader.message((kind) => {
      if (kind !== 1) return; // sequences and maps have no shape
      reader.message((part) => {
        if (part === 1) type = reader.int();
        if (part === 2) dims = readDims(reader);
      });
    });
  });
  return { name, type: ONNX_TYPES.get(type) ?? null, dims };
}

function readDims(reader: ProtobufReader): (number | string | null)[] {
  const dims: (number | string | null)[] = [];
  reader.message((field) => {
    if (field !== 1) return;
    let extent: number | string | null = null;
    reader.message((part) => {
      if (part === 1) extent = reader.int();
      if (part === 2) extent = reader.text();
    });
    dims.push(extent);
  });
  return dims;
}
