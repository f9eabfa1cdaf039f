import type { RgbImage } from './image.js';
import { resizeImage } from './resize-image.js';

/** A value per colour channel. */
export type Triple = readonly [number, number, number];

/** How a network wants its photos. */
export interface InputFormat {
  /** Order of the channels in the input. Caffe's networks take `bgr`. */
  readonly order: 'bgr' | 'rgb';
  /** Mean colour that is subtracted, in the order of the input. */
  readonly mean: Triple;
  /** Pixels of the longer side to which larger photos are shrunk; without it none is. */
  readonly longSide?: number;
}

/** A picture as a network takes it. */
export interface NetworkInput {
  /** `[channels, height, width]`: of a photo three, of plain depth one. */
  readonly data: Float32Array;
  /** Rows. */
  readonly height: number;
  /** Pixels per row. */
  readonly width: number;
}

/** Shrinks a photo if its network wants that, and makes it the network's input. */
export function prepare(photo: RgbImage, format: InputFormat): NetworkInput {
  const { longSide = Infinity } = format;
  const factor = Math.min(1, longSide / Math.max(photo.width, photo.height));
  const [width, height] = [photo.width, photo.height].map((extent) =>
    Math.max(1, Math.round(factor * extent)),
  );
  const image = factor < 1 ? resizeImage(photo, width, height) : photo;
  return { data: toInput(image, format), height, width };
}

/**
 * A photo as the input of a network: planes of fround(value − mean), the mean in float64.
 *
 * @returns `[3, height, width]`.
 * @see The authors' infer.py and voc_layers.py.
 */
export function toInput(image: RgbImage, { order, mean }: InputFormat): Float32Array {
  const pixels = image.width * image.height;
  const input = new Float32Array(3 * pixels);
  for (let c = 0; c < 3; c++) {
    const channel = order === 'bgr' ? 2 - c : c;
    const plane = input.subarray(c * pixels, (c + 1) * pixels);
    for (let i = 0; i < pixels; i++) plane[i] = image.data[3 * i + channel] - mean[c];
  }
  return input;
}
