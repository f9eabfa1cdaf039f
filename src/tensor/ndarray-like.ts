import type { FloatArray } from '../backend/attributes.js';
import { ShapeError } from '../core/errors.js';
import { assertSameShape, numel, type Shape } from '../core/shape.js';

/** Anything shaped like an ndarray: element (i, j, …) is data[offset + i·stride₀ + j·stride₁ + …]. */
export interface NdarrayLike {
  /** The numbers, in any order. */
  readonly data: ArrayLike<number>;
  /** Extents. */
  readonly shape: Shape;
  /** Distance of neighbours along each axis, in elements; negative where an axis is reversed. */
  readonly stride: readonly number[];
  /** Where element (0, 0, …) is. */
  readonly offset: number;
}

/**
 * An ndarray of the package of that name, over the memory of a tensor. Declared here so that whoever
 * uses this library needs no `@types/ndarray`; its `NdArray<FloatArray>` takes one of these.
 */
export interface Ndarray extends NdarrayLike {
  /** The memory of the tensor. */
  data: FloatArray;
  /** Extents. */
  shape: number[];
  /** Distance of neighbours along each axis, in elements. */
  stride: number[];
  /** Where element (0, 0, …) is. */
  offset: number;
  /** Type of the numbers. */
  dtype: 'float32' | 'float64';
  /** Number of elements. */
  size: number;
  /** Axes, that with the smallest stride first. */
  order: number[];
  /** Number of axes. */
  dimension: number;
  /** The view with its axes reversed. */
  T: Ndarray;
  /** The element at these positions. */
  get(...at: number[]): number;
  /** Writes the element at the positions that come before the value. */
  set(...atAndValue: number[]): number;
  /** Where in `data` the element at these positions is. */
  index(...at: number[]): number;
  /** Returns the view that starts at these positions. */
  lo(...from: number[]): Ndarray;
  /** The view of these extents. */
  hi(...extents: number[]): Ndarray;
  /** The view of every n-th element along each axis; backwards where n is negative. */
  step(...steps: number[]): Ndarray;
  /** The view with its axes in this order. */
  transpose(...axes: number[]): Ndarray;
  /** The view at these positions, without their axes; null keeps an axis. */
  pick(...at: (number | null)[]): Ndarray;
}

/**
 * Reads the elements in row-major order.
 *
 * @throws {@link ShapeError} if the shape is not the one expected or an element is outside the data.
 */
export function readStrided(view: NdarrayLike, expected: Shape): Float64Array {
  assertSameShape('ndarray', expected, view.shape);
  const values = new Float64Array(numel(view.shape));
  const index = view.shape.map(() => 0);
  for (let i = 0; i < values.length; i++) {
    const at = index.reduce(
      (sum, position, axis) => sum + position * view.stride[axis],
      view.offset,
    );
    if (!(Number.isInteger(at) && at >= 0 && at < view.data.length)) {
      throw new ShapeError(`ndarray: no element ${String(at)}`);
    }
    values[i] = view.data[at];
    for (let axis = index.length - 1; axis >= 0; axis--) {
      if (++index[axis] < view.shape[axis]) break;
      index[axis] = 0;
    }
  }
  return values;
}
