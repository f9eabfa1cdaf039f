import type { RgbImage } from './image.js';

/** A value per colour channel. */
export type Triple = readonly [number, number, number];

/** How a network wants its photos. */
export interface InputFormat {
  /** Order of the channels in the input. Caffe's networks take `bgr`. */
  readonly order: 'bgr' | 'rgb';
  /** Mean colour that is subtracted, in the order of the input. */
  readonly mean: Triple;
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
