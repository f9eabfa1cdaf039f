/**
 * An ONNX file as plain structures, as far as networks need it.
 *
 * @see https://github.com/onnx/onnx/blob/main/onnx/onnx.proto for the schema.
 */

/** The types of elements that tensors are read in. */
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

/** Elements' types by their numbers in TensorProto. */
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
  /** What the file holds. */
  readonly type: OnnxType;
  /** The numbers, row-major: float32 for the three short floats, float64 for all others. */
  readonly data: Float32Array | Float64Array;
}

/** The value of an attribute and its kind. */
export interface OnnxAttributeOf<K extends string, V> {
  /** How the file writes it. */
  readonly kind: K;
  /** The value. */
  readonly value: V;
}

/** An attribute that no network in use has, such as a graph; its value is passed over. */
export interface OtherOnnxAttribute {
  /** Tells it from the others. */
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
  /** Where the operator is defined; empty for ONNX's own. */
  readonly domain: string;
  /** Values it reads; an empty text where an optional one is left out. */
  readonly inputs: readonly string[];
  /** Values it writes; an empty text for one that nobody wants. */
  readonly outputs: readonly string[];
  /** What else it is told, by name. */
  readonly attributes: ReadonlyMap<string, OnnxAttribute>;
}

/** What the file says about a value. */
export interface OnnxValueInfo {
  /** Name of the value. */
  readonly name: string;
  /** Its elements' type; null if the file does not say, or it is no tensor of a known type. */
  readonly type: OnnxType | null;
  /** Extents: a number, a name that stands for one, or null for any; null where even the rank is open. */
  readonly dims: readonly (number | string | null)[] | null;
}

/** A network: operations, tied by the names of values. */
export interface OnnxGraph {
  /** Its name. */
  readonly name: string;
  /** The operations, each behind those that it reads from if the file is sound. */
  readonly nodes: readonly OnnxNode[];
  /** Weights and constants by name. */
  readonly initializers: ReadonlyMap<string, OnnxTensor>;
  /** What it takes; in old files initialisers too. */
  readonly inputs: readonly OnnxValueInfo[];
  /** What it gives. */
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
