import type { Shape } from '../../core/shape.js';
import type { OnnxType } from '../../io/onnx/model.js';

/** A value whose numbers are known while the network is being built. */
export interface KnownValue {
  /** Tells it from a {@link LiveValue}. */
  readonly kind: 'known';
  /** Name of the value in the file. */
  readonly name: string;
  /** Type of its elements in the file. */
  readonly type: OnnxType;
  /** Its extents. */
  readonly shape: Shape;
  /** The numbers, row-major. */
  readonly data: Float32Array | Float64Array;
  /** True for an initialiser: as an operand it is a parameter of the network, not a constant. */
  readonly isParameter: boolean;
}

/** A value that is computed when the network runs. */
export interface LiveValue {
  /** Tells it from a {@link KnownValue}. */
  readonly kind: 'live';
  /** Name of the value in the network. */
  name: string;
  /** Type of its elements in the file; as a tensor they are all floats. */
  readonly type: OnnxType;
  /** Its extents. */
  readonly shape: Shape;
}

/** What a node reads or writes. */
export type Value = KnownValue | LiveValue;

const FLOATS: readonly OnnxType[] = ['float32', 'float16', 'bfloat16', 'float64'];

/** True for a type of numbers with fractions. */
export function isFloat(type: OnnxType): boolean {
  return FLOATS.includes(type);
}

/** The nearest number that an element of a type can hold, as Cast makes it. */
export function castTo(type: OnnxType, value: number): number {
  if (type === 'bool') return value === 0 ? 0 : 1;
  if (type === 'float64') return value;
  return isFloat(type) ? Math.fround(value) : Math.trunc(value);
}
