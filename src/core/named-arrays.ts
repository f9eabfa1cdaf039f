import type { Shape } from './shape.js';

/** Numbers with a shape, independent of any backend: the form of weights between files and models. */
export interface NamedArray {
  /** Extents, outermost first. */
  readonly shape: Shape;
  /** The numbers, row-major. */
  readonly data: Float32Array;
}

/** Arrays by name, in the order of the file: `conv1_1.weight` → its filters. */
export type NamedArrays = ReadonlyMap<string, NamedArray>;
