import type { NodeContext } from './node-context.js';

/** How one axis is resized. */
export interface ResizedAxis {
  /** Extent before. */
  readonly from: number;
  /** Extent after. */
  readonly to: number;
  /** Positions of the output for one of the input, as the file says: `to` / `from`, or near it. */
  readonly scale: number;
  /** Extent after, not rounded. */
  readonly length: number;
  /** Region of interest, as shares of the axis. */
  readonly start: number;
  readonly end: number;
  /** ONNX's coordinate_transformation_mode. */
  readonly transformation: string;
}

/** Where position i of an output lies in the input. */
type Transformation = (i: number, axis: ResizedAxis) => number;

const halfPixel: Transformation = (i, { scale }) => (i + 0.5) / scale - 0.5;

/** @see https://onnx.ai/onnx/operators/onnx__Resize.html for the formulas. */
const TRANSFORMATIONS: ReadonlyMap<string, Transformation> = new Map<string, Transformation>([
  ['half_pixel', halfPixel],
  ['pytorch_half_pixel', (i, axis) => (axis.to > 1 ? halfPixel(i, axis) : 0)],
  [
    'align_corners',
    // Where scales are given, the resized length is not rounded: so the standard's own cases have it.
    (i, { from, to, length }) => (to === 1 ? 0 : (i * (from - 1)) / (length - 1)),
  ],
  ['asymmetric', (i, { scale }) => i / scale],
  ['tf_half_pixel_for_nn', (i, { scale }) => (i + 0.5) / scale],
  [
    'half_pixel_symmetric',
    (i, axis) => {
      const { from, to, scale } = axis;
      return (from / 2) * (1 - to / (scale * from)) + halfPixel(i, axis);
    },
  ],
  [
    'tf_crop_and_resize',
    (i, { from, to, start, end }) =>
      to > 1
        ? start * (from - 1) + (i * (end - start) * (from - 1)) / (to - 1)
        : 0.5 * (start + end) * (from - 1),
  ],
]);

/** Where each position of the output lies in the input. */
export function coordinatesOf(node: NodeContext, axis: ResizedAxis): number[] {
  const { transformation } = axis;
  const transform =
    TRANSFORMATIONS.get(transformation) ??
    node.fail(`coordinate_transformation_mode ${transformation} is not known`);
  return Array.from({ length: axis.to }, (_, i) => transform(i, axis));
}
