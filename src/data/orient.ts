import type { Orientation } from './exif.js';
import type { RgbImage } from './image.js';

/**
 * Rotates and mirrors stored pixels to upright.
 *
 * @returns A new image, with width and height swapped for orientations 5 to 8; the same image for 1.
 */
export function orient(image: RgbImage, orientation: Orientation): RgbImage {
  if (orientation === 1) return image;
  const swapped = orientation >= 5;
  const fromRight = [2, 3, 7, 8].includes(orientation);
  const fromBottom = [3, 4, 6, 7].includes(orientation);
  const width = swapped ? image.height : image.width;
  const height = swapped ? image.width : image.height;
  const data = new Uint8Array(image.data.length);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++, to += 3) {
      const column = swapped ? y : x;
      const row = swapped ? x : y;
      const storedX = fromRight ? image.width - 1 - column : column;
      const storedY = fromBottom ? image.height - 1 - row : row;
      const from = 3 * (storedY * image.width + storedX);
      data[to] = image.data[from];
      data[to + 1] = image.data[from + 1];
      data[to + 2] = image.data[from + 2];
    }
  }
  return { width, height, data };
}
