import { croppingAxis, IDENTITY_AXIS, type CoordinateMap } from '../../core/coordinate-map.js';
import type { Shape } from '../../core/shape.js';
import { rowMajorStrides } from '../../backend/reference/strided-walk.js';
import type { PlaceTables } from '../../backend/reference/rearrange.js';

/** The tables with which {@link rearrange} gives another shape to the same numbers in the same order. */
export function reshapingTables(shape: Shape): PlaceTables {
  return pickingTables(
    shape,
    shape.map((extent) => Array.from({ length: extent }, (_, i) => i)),
  );
}

/** The tables that pick, on each axis, indices of x in any order; −1 picks nothing. */
export function pickingTables(shape: Shape, indices: readonly (readonly number[])[]): PlaceTables {
  const strides = rowMajorStrides(shape);
  return indices.map((list, axis) => list.map((i) => (i < 0 ? -1 : i * strides[axis])));
}

/** The tables that put the axes of x into another order. */
export function transposingTables(shape: Shape, order: readonly number[]): PlaceTables {
  const straight = reshapingTables(shape);
  return order.map((axis) => straight[axis]);
}

/** All indices of an axis. */
export function wholeAxis(extent: number): number[] {
  return Array.from({ length: extent }, (_, i) => i);
}

/** The coordinate map of cutting off rows and columns before; negative numbers put some there. */
export function shiftingMap(shape: Shape, offsets: readonly number[]): CoordinateMap | null {
  if (shape.length !== 4) return null;
  const axis = (offset: number) => (offset === 0 ? IDENTITY_AXIS : croppingAxis(offset));
  return [axis(offsets[2]), axis(offsets[3])];
}
