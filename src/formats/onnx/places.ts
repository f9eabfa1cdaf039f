import { croppingAxis, IDENTITY_AXIS, type CoordinateMap } from '../../core/coordinate-map.js';
import { FcnError } from '../../core/errors.js';
import type { Shape } from '../../core/shape.js';
import { rowMajorStrides } from '../../backend/reference/strided-walk.js';
import type { PlaceTables } from '../../backend/reference/rearrange.js';

/** Indices of an axis in a table: 8 MiB, of which a small file must not be able to ask for more. */
const MOST_INDICES = 2 ** 20;

/** The tables that pick, on each axis, indices of x in any order; −1 picks nothing. */
export function selectionTables(
  shape: Shape,
  indices: readonly (readonly number[])[],
): PlaceTables {
  const strides = rowMajorStrides(shape);
  return indices.map((list, axis) => list.map((i) => (i < 0 ? -1 : i * strides[axis])));
}

/** The tables that put the axes of x into another order. */
export function transpositionTables(shape: Shape, order: readonly number[]): PlaceTables {
  const straight = selectionTables(shape, shape.map(wholeAxis));
  return order.map((axis) => straight[axis]);
}

/**
 * All indices of an axis.
 *
 * @throws {@link FcnError} if there are more than a table of places may hold.
 */
export function wholeAxis(extent: number): number[] {
  if (!(extent <= MOST_INDICES)) {
    throw new FcnError(`an axis of ${String(extent)} is too long to be picked from`);
  }
  return Array.from({ length: extent }, (_, i) => i);
}

/** The coordinate map of cutting off rows and columns before; negative numbers put some there. */
export function cropCoordinateMap(shape: Shape, offsets: readonly number[]): CoordinateMap | null {
  if (shape.length !== 4) return null;
  const axis = (offset: number) => (offset === 0 ? IDENTITY_AXIS : croppingAxis(offset));
  return [axis(offsets[2]), axis(offsets[3])];
}
