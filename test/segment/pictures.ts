import { encode } from 'jpeg-js';
import { createRng } from '../../src/core/rng.js';
import { encodePng } from '../../src/data/encode-png.js';
import type { RgbImage } from '../../src/data/image.js';

/** Coloured rectangles under noise, drawn with a seed. */
export function picture(width: number, height: number, seed = 1701): RgbImage {
  const rng = createRng(seed);
  const data = Uint8Array.from({ length: 3 * width * height }, () => rng.integer(64));
  for (let rectangle = 0; rectangle < 5; rectangle++) {
    const [top, left, channel] = [rng.integer(height), rng.integer(width), rng.integer(3)];
    for (let y = top; y < height; y++) {
      for (let x = left; x < width; x++) data[3 * (y * width + x) + channel] ^= 160;
    }
  }
  return { width, height, data };
}

/** The picture as a PNG file. */
export function pngPicture(width: number, height: number, seed?: number): Uint8Array {
  return encodePng(picture(width, height, seed));
}

/** The picture as a JPEG file. */
export function jpegPicture(width: number, height: number, seed?: number): Uint8Array {
  const { data } = picture(width, height, seed);
  const rgba = new Uint8Array(4 * width * height).fill(255);
  for (let i = 0; i < width * height; i++) rgba.set(data.subarray(3 * i, 3 * i + 3), 4 * i);
  return encode({ width, height, data: rgba }, 90).data;
}
