/** Recognisers of protobuf files: they have no magic number, so the fields of the outermost message decide. */
import { ParseError } from '../core/errors.js';
import type { ByteSource } from '../io/byte-source.js';
import { ProtobufReader, WIRE_TYPE } from '../io/protobuf.js';

/** Fields of the outermost message of one type. */
interface MessageTop {
  /** Wire type of each field, by the field's number. */
  readonly layouts: ReadonlyMap<number, number>;
  /** Fields of which a file of this type has at least one. */
  readonly telltale: readonly number[];
}

const { varint, bytes } = WIRE_TYPE;

/** Caffe's NetParameter: `layers` (2) before 2015, `layer` (100) since then. */
const NET_PARAMETER: MessageTop = {
  layouts: new Map([
    ...[1, 2, 3, 6, 8, 100].map((field) => [field, bytes] as const),
    ...[5, 7].map((field) => [field, varint] as const),
  ]),
  telltale: [2, 100],
};

/** ONNX's ModelProto: `graph` (7) is a message; field 7 of a NetParameter is a flag. */
const MODEL_PROTO: MessageTop = {
  layouts: new Map([
    ...[2, 3, 4, 6, 7, 8, 14, 20].map((field) => [field, bytes] as const),
    ...[1, 5].map((field) => [field, varint] as const),
  ]),
  telltale: [7],
};

/** True for a caffemodel, intact or damaged. */
export function isCaffeModel(source: ByteSource): boolean {
  return hasTop(source, NET_PARAMETER);
}

/** True for an ONNX file, intact or damaged. */
export function isOnnx(source: ByteSource): boolean {
  return hasTop(source, MODEL_PROTO);
}

/** The first field must be known; unknown fields of later versions may follow. The search ends where the file is damaged. */
function hasTop(source: ByteSource, { layouts, telltale }: MessageTop): boolean {
  const reader = new ProtobufReader(source);
  const seen = new Map<number, number>();
  try {
    reader.readFields((field) => seen.set(field, reader.wireType));
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
  }
  const [first] = seen.keys();
  const fits = [...seen].every(([field, layout]) => (layouts.get(field) ?? layout) === layout);
  return layouts.has(first) && fits && telltale.some((field) => seen.has(field));
}
