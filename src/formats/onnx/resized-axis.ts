import type { NodeContext } from './node-context.js';

/** Resizing of one axis. */
export interface ResizedAxis {
  /** Extent of the input. */
  readonly from: number;
  /** Extent of the output. */
  readonly to: number;
  /** Scale in the file, or `to` / `from` if it gives sizes. */
  readonly scale: number;
  /** Extent of the output before rounding. */
  readonly length: number;
  /** Region of interest, as fractions of the axis. */
  readonly start: number;
  readonly end: number;
  /** ONNX's coordinate_transformation_mode. */
  readonly transformation: string;
}

/** Position in the input of index i of the output. */
type Transformation = (i: number, axis: ResizedAxis) => number;

const halfPixel: Transformation = (i, { scale }) => (i + 0.5) / scale - 0.5;

/** @see https://onnx.ai/onnx/operators/onnx__Resize.html for the formulas. */
const TRANSFORMATIONS: ReadonlyMap<string, Transformation> = new Map<string, Transformation>([
  ['half_pixel', halfPixel],
  ['pytorch_half_pixel', (i, axis) => (axis.to > 1 ? halfPixel(i, axis) : 0)],
  [
    'align_corners',
    // If the file gives scales, the resized length is not rounded, as in the standard's test vectors.
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

/** Position in the input of every index of the output. */
export function coordinatesOf(node: NodeContext, axis: ResizedAxis): number[] {
  const { transformation } = axis;
  const transform =
    TRANSFORMATIONS.get(transformation) ??
    node.fail(`unsupported coordinate_transformation_mode ${transformation}`);
  return Array.from({ length: axis.to }, (_, i) => transform(i, axis));
}
