/**
 * Data structures of an ONNX file, as far as networks need them.
 *
 * @see https://github.com/onnx/onnx/blob/main/onnx/onnx.proto for the schema.
 */

/** Supported element types of tensors. */
export type OnnxType =
  | 'float32'
  | 'float16'
  | 'bfloat16'
  | 'float64'
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'uint8'
  | 'uint16'
  | 'uint32'
  | 'uint64'
  | 'bool';

/** Element types by their numbers in TensorProto.DataType. */
export const ONNX_TYPES: ReadonlyMap<number, OnnxType> = new Map([
  [1, 'float32'],
  [2, 'uint8'],
  [3, 'int8'],
  [4, 'uint16'],
  [5, 'int16'],
  [6, 'int32'],
  [7, 'int64'],
  [9, 'bool'],
  [10, 'float16'],
  [11, 'float64'],
  [12, 'uint32'],
  [13, 'uint64'],
  [16, 'bfloat16'],
]);

/** Numbers with a shape and a type: an initialiser, or the value of an attribute. */
export interface OnnxTensor {
  /** Its name in the graph; empty for the value of an attribute. */
  readonly name: string;
  /** Extents, outermost first. */
  readonly dims: readonly number[];
  /** Element type in the file. */
  readonly type: OnnxType;
  /** The numbers, row-major: float32 for the three short floats, float64 for all others. */
  readonly data: Float32Array | Float64Array;
}

/** The value of an attribute and its kind. */
export interface OnnxAttributeOf<K extends string, V> {
  /** Kind of the attribute. */
  readonly kind: K;
  /** The value. */
  readonly value: V;
}

/** An attribute of an unsupported kind, such as a graph; its value is skipped. */
export interface OtherOnnxAttribute {
  /** Discriminant. */
  readonly kind: 'other';
}

/** The value of an attribute, by its kind. */
export type OnnxAttribute =
  | OnnxAttributeOf<'float' | 'int', number>
  | OnnxAttributeOf<'text', string>
  | OnnxAttributeOf<'tensor', OnnxTensor>
  | OnnxAttributeOf<'floats' | 'ints', readonly number[]>
  | OnnxAttributeOf<'texts', readonly string[]>
  | OtherOnnxAttribute;

/** One operation. */
export interface OnnxNode {
  /** Its name, or an empty text. */
  readonly name: string;
  /** Its operator, such as `Conv`. */
  readonly op: string;
  /** Domain of the operator; empty for ONNX's own. */
  readonly domain: string;
  /** Names of its inputs; an empty text for an omitted optional input. */
  readonly inputs: readonly string[];
  /** Names of its outputs; an empty text for an unused one. */
  readonly outputs: readonly string[];
  /** Attributes by name. */
  readonly attributes: ReadonlyMap<string, OnnxAttribute>;
}

/** Type and shape of a value, as far as the file states them. */
export interface OnnxValueInfo {
  /** Name of the value. */
  readonly name: string;
  /** Its elements' type; null if unknown, or if the value is not a tensor of a supported type. */
  readonly type: OnnxType | null;
  /** Extents: a number, the name of a variable extent, or null for any; null if the rank is unknown. */
  readonly dims: readonly (number | string | null)[] | null;
}

/** A network: operations, connected by the names of values. */
export interface OnnxGraph {
  /** Its name. */
  readonly name: string;
  /** The operations, each after those that it reads from, if the file is valid. */
  readonly nodes: readonly OnnxNode[];
  /** Weights and constants by name. */
  readonly initializers: ReadonlyMap<string, OnnxTensor>;
  /** Inputs; in old files also the initialisers. */
  readonly inputs: readonly OnnxValueInfo[];
  /** Outputs. */
  readonly outputs: readonly OnnxValueInfo[];
}

/** A file. */
export interface OnnxModel {
  /** Version of the file format. */
  readonly irVersion: number;
  /** Program that wrote the file. */
  readonly producer: string;
  /** Versions of the operator sets by domain; the empty domain is ONNX's own. */
  readonly opsets: ReadonlyMap<string, number>;
  /** The network. */
  readonly graph: OnnxGraph;
}
