import { FcnError, ShapeError } from '../core/errors.js';
import { IGNORE_LABEL, type LabelMap, type RgbImage } from './image.js';
import type { Palette } from './palette.js';

/**
 * Blends the colours of classes into a photo: v = trunc((1 − opacity)·v + opacity·colour) for pixels
 * of a class. Background (0) and ignored pixels (255) show the unchanged photo.
 *
 * @param opacity - 0 shows the photo alone, 1 the colours alone.
 * @throws {@link ShapeError} if the sizes differ; {@link FcnError} if the opacity is not in [0, 1].
 * @see The authors' vis.py.
 */
export function overlay(
  image: RgbImage,
  labels: LabelMap,
  palette: Palette,
  opacity: number,
): RgbImage {
  const { width, height } = image;
  if (labels.width !== width || labels.height !== height) {
    throw new ShapeError(
      `overlay: wrong label size (got ${String(labels.width)}×${String(labels.height)}, ` +
        `expected ${String(width)}×${String(height)} as the image)`,
    );
  }
  if (!(opacity >= 0 && opacity <= 1)) {
    throw new FcnError(`overlay: opacity out of range (got ${String(opacity)}, expected 0 to 1)`);
  }
  const data = image.data.slice();
  labels.data.forEach((label, pixel) => {
    if (label === 0 || label === IGNORE_LABEL) return;
    for (let c = 0; c < 3; c++) {
      const at = 3 * pixel + c;
      data[at] = Math.trunc((1 - opacity) * data[at] + opacity * palette[3 * label + c]);
    }
  });
  return { width, height, data };
}
