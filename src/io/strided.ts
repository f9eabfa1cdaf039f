import { numel, type Shape } from '../core/shape.js';
import type { TypedArray } from './elements.js';

/** Strided layout of an array in memory. */
export interface StridedLayout {
  /** Extents, outermost first. */
  readonly shape: Shape;
  /** Elements from one index to the next, per axis. */
  readonly strides: readonly number[];
  /** Element at index 0 of all axes. */
  readonly offset: number;
}

/** Strides of an array whose last index runs fastest. */
export function rowMajorStrides(shape: Shape): number[] {
  return shape.map((_, axis) => numel(shape.slice(axis + 1)));
}

/** Strides of an array whose first index runs fastest, as in Fortran and MATLAB. */
export function columnMajorStrides(shape: Shape): number[] {
  return shape.map((_, axis) => numel(shape.slice(0, axis)));
}

/** Number of elements up to the last one of a layout; 0 if it is empty. */
export function reachOf({ shape, strides, offset }: StridedLayout): number {
  if (numel(shape) === 0) return 0;
  return shape.reduce((reach, extent, axis) => reach + (extent - 1) * strides[axis], offset + 1);
}

/** True if the layout is row-major without gaps, ignoring the strides of axes of extent 1. */
export function isRowMajor({ shape, strides }: StridedLayout): boolean {
  const dense = rowMajorStrides(shape);
  return numel(shape) === 0 || shape.every((extent, i) => extent === 1 || strides[i] === dense[i]);
}

/**
 * The numbers of a layout in row-major order, as a copy.
 *
 * @param numbers - At least {@link reachOf} of them.
 */
export function toRowMajor<T extends TypedArray>(numbers: T, layout: StridedLayout): T {
  const count = numel(layout.shape);
  const { offset } = layout;
  if (isRowMajor(layout)) return numbers.slice(offset, offset + count) as T;
  const target = new (numbers.constructor as new (length: number) => T)(count);
  const rank = layout.shape.length;
  const length = layout.shape[rank - 1];
  const step = layout.strides[rank - 1];
  const index = new Array<number>(rank - 1).fill(0);
  let from = offset;
  for (let at = 0; at < count; at += length) {
    for (let i = 0; i < length; i++) target[at + i] = numbers[from + i * step];
    for (let axis = rank - 2; axis >= 0; axis--) {
      from += layout.strides[axis];
      if (++index[axis] < layout.shape[axis]) break;
      from -= layout.strides[axis] * layout.shape[axis];
      index[axis] = 0;
    }
  }
  return target;
}
