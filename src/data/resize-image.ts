import { ShapeError } from '../core/errors.js';
import type { LabelMap, RgbImage } from './image.js';

/** Input positions of one output position along an axis, with their weights. */
interface Taps {
  readonly first: number;
  readonly weights: Float64Array;
}

/**
 * Resizes a photo with half-pixel centres. Enlarging is bilinear; shrinking widens the same triangle filter
 * by the scale factor, so that fine patterns do not alias (the BILINEAR filter of Pillow).
 *
 * @throws {@link ShapeError} unless both sizes are integers ≥ 1.
 */
export function resizeImage(image: RgbImage, width: number, height: number): RgbImage {
  assertSize(width, height);
  const across = tapsOf(image.width, width);
  const down = tapsOf(image.height, height);
  const narrow = new Float64Array(image.height * width * 3);
  for (let y = 0; y < image.height; y++) {
    for (let i = 0; i < 3 * width; i++) {
      const { first, weights } = across[Math.floor(i / 3)];
      const start = 3 * (y * image.width + first) + (i % 3);
      narrow[y * 3 * width + i] = blend(image.data, start, 3, weights);
    }
  }
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const { first, weights } = down[y];
    for (let i = 0; i < 3 * width; i++) {
      data[y * 3 * width + i] = Math.round(
        blend(narrow, first * 3 * width + i, 3 * width, weights),
      );
    }
  }
  return { width, height, data };
}

/**
 * Resizes a label map: each pixel has the label under its centre, ⌊(i + ½)·from/to⌋ on each axis.
 *
 * @throws {@link ShapeError} unless both sizes are integers ≥ 1.
 */
export function resizeLabels(labels: LabelMap, width: number, height: number): LabelMap {
  assertSize(width, height);
  const data = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    const row = nearest(y, labels.height, height) * labels.width;
    for (let x = 0; x < width; x++) {
      data[y * width + x] = labels.data[row + nearest(x, labels.width, width)];
    }
  }
  return { width, height, data };
}

/** Computed in integers: a rounded quotient could be on the wrong side of a pixel edge. */
function nearest(i: number, from: number, to: number): number {
  return Math.floor(((2 * i + 1) * from) / (2 * to));
}

function tapsOf(from: number, to: number): readonly Taps[] {
  const scale = from / to;
  const reach = Math.max(scale, 1);
  return Array.from({ length: to }, (_, i) => {
    const centre = (i + 0.5) * scale;
    const first = Math.max(Math.floor(centre - reach + 0.5), 0);
    const end = Math.min(Math.floor(centre + reach + 0.5), from);
    const weights = Float64Array.from({ length: end - first }, (_, k) =>
      Math.max(1 - Math.abs(first + k + 0.5 - centre) / reach, 0),
    );
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return { first, weights: weights.map((weight) => weight / sum) };
  });
}

function blend(
  values: Uint8Array | Float64Array,
  start: number,
  step: number,
  weights: Float64Array,
): number {
  let sum = 0;
  for (let k = 0; k < weights.length; k++) sum += values[start + k * step] * weights[k];
  return sum;
}

function assertSize(width: number, height: number): void {
  if (!(Number.isSafeInteger(width) && Number.isSafeInteger(height) && width >= 1 && height >= 1)) {
    throw new ShapeError(
      `resize: invalid image size (got ${String(width)}×${String(height)}, expected integers of at least 1)`,
    );
  }
}
