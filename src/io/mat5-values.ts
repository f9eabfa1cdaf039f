import type { Shape } from '../core/shape.js';
import type { TypedArray } from './elements.js';

/** Value of a MATLAB variable. */
export type MatValue = MatNumbers | MatText | MatCell | MatStruct;

/** An array of numbers or truth values. */
export interface MatNumbers {
  readonly kind: 'numbers';
  /** Extents; the first index runs fastest in the data. */
  readonly shape: Shape;
  /** The numbers in their stored width, which may be narrower than MATLAB's; read-only, they may share the file's memory. */
  readonly data: TypedArray;
}

/** A text. */
export interface MatText {
  readonly kind: 'text';
  readonly text: string;
}

/** An array of values of any kind. */
export interface MatCell {
  readonly kind: 'cell';
  readonly shape: Shape;
  /** The values, the first index fastest. */
  readonly items: readonly MatValue[];
}

/** An array of records that have the same fields. */
export interface MatStruct {
  readonly kind: 'struct';
  readonly shape: Shape;
  /** The records, the first index fastest. */
  readonly items: readonly ReadonlyMap<string, MatValue>[];
}
