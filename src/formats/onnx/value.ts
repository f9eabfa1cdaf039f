import type { Shape } from '../../core/shape.js';
import type { OnnxType } from '../../io/onnx/model.js';

/** Value whose numbers are known while the network is built: an initializer or a constant. */
export interface KnownValue {
  /** Distinguishes this type from {@link LiveValue}. */
  readonly kind: 'known';
  /** Name of the value in the file. */
  readonly name: string;
  /** Type of the elements in the file. */
  readonly type: OnnxType;
  /** Shape of the value. */
  readonly shape: Shape;
  /** Numbers, row-major. */
  readonly data: Float32Array | Float64Array;
  /** True for an initializer, which is a parameter of the network, not a constant. */
  readonly isParameter: boolean;
}

/** Value that is computed when the network runs. */
export interface LiveValue {
  /** Distinguishes this type from {@link KnownValue}. */
  readonly kind: 'live';
  /** Name of the value in the network. */
  name: string;
  /** Type of the elements in the file; in the tensor they are always floats. */
  readonly type: OnnxType;
  /** Shape of the value. */
  readonly shape: Shape;
}

/** Input or output of a node. */
export type Value = KnownValue | LiveValue;

const FLOATS: readonly OnnxType[] = ['float32', 'float16', 'bfloat16', 'float64'];

/** True for a floating-point type. */
export function isFloat(type: OnnxType): boolean {
  return FLOATS.includes(type);
}

/** Converts a number to a type as Cast does. */
export function castTo(type: OnnxType, value: number): number {
  if (type === 'bool') return value === 0 ? 0 : 1;
  if (type === 'float64') return value;
  return isFloat(type) ? Math.fround(value) : Math.trunc(value);
}
