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
 * Reads the elements in row-major order.
 *
 * @throws {@link ShapeError} if the shape is not the one expected or an element lies outside the data.
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
    if (!(at >= 0 && at < view.data.length))
      throw new ShapeError(`ndarray: no element ${String(at)}`);
    values[i] = view.data[at];
    for (let axis = index.length - 1; axis >= 0; axis--) {
      if (++index[axis] < view.shape[axis]) break;
      index[axis] = 0;
    }
  }
  return values;
}
