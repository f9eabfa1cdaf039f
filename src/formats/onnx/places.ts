import { croppingAxis, IDENTITY_AXIS, type CoordinateMap } from '../../core/coordinate-map.js';
import { FcnError } from '../../core/errors.js';
import type { Shape } from '../../core/shape.js';
import { rowMajorStrides } from '../../backend/reference/strided-walk.js';
import type { PlaceTables } from '../../backend/reference/take-elements.js';

/** Limit on the indices in a table (8 MiB), so that a small file cannot request much memory. */
const MOST_INDICES = 2 ** 20;

/** Tables that select indices of x on each axis, in any order; −1 selects nothing. */
export function selectionTables(
  shape: Shape,
  indices: readonly (readonly number[])[],
): PlaceTables {
  const strides = rowMajorStrides(shape);
  return indices.map((list, axis) => list.map((i) => (i < 0 ? -1 : i * strides[axis])));
}

/** Tables that transpose the axes of x. */
export function transpositionTables(shape: Shape, order: readonly number[]): PlaceTables {
  const straight = selectionTables(shape, shape.map(wholeAxis));
  return order.map((axis) => straight[axis]);
}

/**
 * All indices of an axis: 0, 1, … extent − 1.
 *
 * @throws {@link FcnError} if there are more than 2^20.
 */
export function wholeAxis(extent: number): number[] {
  if (!(extent <= MOST_INDICES)) {
    throw new FcnError(`axis is too long (got extent ${String(extent)}, at most 2^20)`);
  }
  return Array.from({ length: extent }, (_, i) => i);
}

/** Coordinate map of a crop at the top and left of maps; negative offsets pad instead. Null unless x has four axes. */
export function cropCoordinateMap(shape: Shape, offsets: readonly number[]): CoordinateMap | null {
  if (shape.length !== 4) return null;
  const axis = (offset: number) => (offset === 0 ? IDENTITY_AXIS : croppingAxis(offset));
  return [axis(offsets[2]), axis(offsets[3])];
}
