import { ShapeError } from './errors.js';

/** Extents of a tensor, outermost first; feature maps are `[N, C, H, W]`. */
export type Shape = readonly number[];

/** A vertical and a horizontal value, in this order. */
export type Pair = readonly [number, number];

/** Number of elements of a tensor of this shape; 1 for the empty shape of a scalar. */
export function numel(shape: Shape): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

/** Number of elements, or NaN if a partial product is not a safe integer. */
export function checkedNumel(shape: Shape): number {
  return shape.reduce((count, extent) => {
    const product = count * extent;
    return Number.isSafeInteger(product) ? product : NaN;
  }, 1);
}

/** True if both shapes have the same extents. */
export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((extent, axis) => extent === b[axis]);
}

/** Shape as text for messages: `[1, 3, 500, 500]`. */
export function showShape(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}

/** Pair of a number with itself; pairs are returned unchanged. */
export function toPair(value: number | Pair): Pair {
  return typeof value === 'number' ? [value, value] : value;
}

/** @throws {@link ShapeError} unless every extent is an integer ≥ 0. */
export function assertShape(what: string, shape: Shape): void {
  if (!shape.every((extent) => Number.isSafeInteger(extent) && extent >= 0)) {
    throw new ShapeError(`${what}: ${showShape(shape)} is not a shape`);
  }
}

/** @throws {@link ShapeError} unless the shape has this rank. */
export function assertRank(what: string, shape: Shape, rank: number): void {
  if (shape.length !== rank) {
    throw new ShapeError(`${what}: expected rank ${String(rank)}, got ${showShape(shape)}`);
  }
}

/** @throws {@link ShapeError} unless both shapes are equal. */
export function assertSameShape(what: string, expected: Shape, got: Shape): void {
  if (!sameShape(expected, got)) {
    throw new ShapeError(`${what}: expected ${showShape(expected)}, got ${showShape(got)}`);
  }
}

/** @throws {@link ShapeError} unless both values are integers of at least `least`. */
export function assertPair(what: string, pair: Pair, least: number): void {
  const values: readonly number[] = pair; // callers without types may pass any length
  if (
    values.length !== 2 ||
    !values.every((value) => Number.isSafeInteger(value) && value >= least)
  ) {
    throw new ShapeError(
      `${what}: expected integers of at least ${String(least)}, got ${showShape(pair)}`,
    );
  }
}
