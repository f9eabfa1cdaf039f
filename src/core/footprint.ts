/** Pixels of an input that a part of an output needs, and the other way round. */
import { byAxis, type Rect } from './rect.js';

/** Relation between rectangles of an input and rectangles of an output. */
export interface Footprint {
  /**
   * Rectangle of the input that is read for a rectangle of the output, which is not empty. It extends
   * beyond the map where zeros around the map are read.
   */
  readonly reads: (output: Rect) => Rect;
  /**
   * Rectangle of the output that may change when a rectangle of the input, which is not empty, changes.
   * It may extend beyond the map.
   */
  readonly reaches: (input: Rect) => Rect;
}

/** Windows of an op; in each list, the number along H, then the number along W. */
export interface Windows {
  /** Taps of a window. */
  readonly kernelSize: readonly number[];
  /** Positions between neighbouring windows. */
  readonly stride: readonly number[];
  /** Positions before the first one of the map at which the first window starts. */
  readonly padding: readonly number[];
  /** Positions between neighbouring taps. */
  readonly dilation: readonly number[];
}

/** Positions along an axis from the first tap of a window to the last one. */
export function windowExtent({ kernelSize, dilation }: Windows, axis: 0 | 1): number {
  return dilation[axis] * (kernelSize[axis] - 1) + 1;
}

/** Windows that slide over the input: output i reads a window from i · stride − padding on. */
export function slidingFootprint(windows: Windows): Footprint {
  const { stride, padding } = windows;
  return {
    reads: (output) =>
      byAxis(output, ({ start, end }, axis) => ({
        start: start * stride[axis] - padding[axis],
        end: (end - 1) * stride[axis] - padding[axis] + windowExtent(windows, axis),
      })),
    reaches: (input) =>
      byAxis(input, ({ start, end }, axis) => ({
        start: Math.ceil((start + padding[axis] - windowExtent(windows, axis) + 1) / stride[axis]),
        end: Math.floor((end - 1 + padding[axis]) / stride[axis]) + 1,
      })),
  };
}

/** Windows that are stamped onto the output: the adjoint of {@link slidingFootprint}. */
export function stampingFootprint(windows: Windows): Footprint {
  const { reads, reaches } = slidingFootprint(windows);
  return { reads: reaches, reaches: reads };
}

/** Footprint of an op whose output i reads position i + offset. */
export function shiftedFootprint(offset: readonly number[]): Footprint {
  const padding = offset.map((positions) => -positions);
  return slidingFootprint({ kernelSize: [1, 1], stride: [1, 1], padding, dilation: [1, 1] });
}
