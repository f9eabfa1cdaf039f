import type { FloatArray } from '../backend/attributes.js';
import type { Backend } from '../backend/backend.js';
import type { Pair, Shape } from '../core/shape.js';

/** Scores and their shape. */
interface Scores {
  readonly data: FloatArray;
  readonly shape: Shape;
}

/**
 * Hands scores on at the size of the photo, where the network saw a smaller one: bilinear
 * interpolation, pixel centres aligned at halves.
 *
 * @param scores - `[1, classes, height, width]`, on the backend; a tensor, for one.
 * @param size - Height and width of the photo.
 * @param use - Gets the scores, `[1, classes, ...size]`, which stay until it returns.
 */
export function atPhotoSize<T>(
  backend: Backend,
  { data, shape }: Scores,
  size: Pair,
  use: (scores: FloatArray) => T,
): T {
  const [, classes, height, width] = shape;
  if (height === size[0] && width === size[1]) return use(data);
  const full = backend.alloc(classes * size[0] * size[1]);
  try {
    backend.resizeBilinear(data, shape, 'half-pixel', full, [1, classes, ...size]);
    return use(full);
  } finally {
    backend.free(full);
  }
}
