import { ShapeError } from '../core/errors.js';
import { showShape } from '../core/shape.js';
import { cropOffset, pixelOffset } from '../graph/coordinates.js';
import { crop } from '../ops/crop.js';
import type { Tensor } from '../tensor/tensor.js';

/**
 * Cuts `x` to the extent of `reference`, so that its pixels are over the reference's. The offset
 * follows from how both were computed.
 *
 * @param x - `[N, C, H, W]`.
 * @param reference - `[M, D, outH, outW]`, computed from the same image, or the image.
 * @returns `[N, C, outH, outW]`.
 * @throws {@link FcnError} if no whole number of pixels, ≥ 0, makes them fit.
 * @throws {@link ShapeError} if `x` ends before the reference does.
 * @see Caffe's Crop layer, with the offset of `coord_map.py`.
 */
export function cropLike(x: Tensor, reference: Tensor): Tensor {
  const [outH, outW] = reference.shape.slice(2);
  return crop(x, cropOffset(x.origin, reference.origin), [outH, outW]);
}

/**
 * Cuts two maps to the pixels that both have; a map that has no others is given back as it is.
 *
 * @throws {@link FcnError} if one is between the other's pixels.
 * @throws {@link ShapeError} if they have no pixel in common.
 */
export function overlap(a: Tensor, b: Tensor): readonly [Tensor, Tensor] {
  const offset = pixelOffset(a.origin, b.origin);
  const start = [0, 1].map((axis) => Math.max(0, offset[axis]));
  const size = [0, 1].map(
    (axis) => Math.min(a.shape[2 + axis], offset[axis] + b.shape[2 + axis]) - start[axis],
  );
  if (Math.min(...size) < 1) {
    throw new ShapeError(
      `overlap: ${showShape(a.shape)} and ${showShape(b.shape)} at ${offset.join(', ')} have no pixel in common`,
    );
  }
  return [
    cropTo(a, [start[0], start[1]], [size[0], size[1]]),
    cropTo(b, [start[0] - offset[0], start[1] - offset[1]], [size[0], size[1]]),
  ];
}

function cropTo(
  x: Tensor,
  start: readonly [number, number],
  size: readonly [number, number],
): Tensor {
  const whole = size[0] === x.shape[2] && size[1] === x.shape[3];
  return whole ? x : crop(x, start, size);
}
