import type { LabelMap, RgbImage } from './image.js';
import type { Palette } from './palette.js';

/** Share of white for unchanged pixels, and for borders that moved. */
const WHITE: readonly number[] = [0.8, 0.4, 0];

/**
 * Draws the differences between label maps: each pixel has the colour of its class in the second map; less
 * important changes are paler.
 *
 * @param kinds - For each pixel 0 for unchanged, 1 for a border that moved, 2 for any other change.
 */
export function changePicture(labels: LabelMap, kinds: Uint8Array, palette: Palette): RgbImage {
  const { width, height } = labels;
  const data = new Uint8Array(3 * width * height);
  labels.data.forEach((label, i) => {
    const white = WHITE[kinds[i]];
    for (let c = 0; c < 3; c++) {
      data[3 * i + c] = Math.round(white * 255 + (1 - white) * palette[3 * label + c]);
    }
  });
  return { width, height, data };
}
