/** Inputs of networks, made from pictures with the same bits as in training. */
import { FcnError, ShapeError } from '../core/errors.js';
import { ln } from '../core/log.js';
import type { Pair } from '../core/shape.js';
import type { DepthMap } from './depth.js';
import type { RgbImage } from './image.js';
import type { Preprocessing } from './preprocessing.js';
import { resizeImage } from './resize-image.js';

/** An input of a network, made from a picture. */
export interface NetworkInput {
  /** `[channels, height, width]`: three channels for a photo or HHA, one for plain depth. */
  readonly data: Float32Array;
  /** Rows. */
  readonly height: number;
  /** Pixels per row. */
  readonly width: number;
}

/** Channels of a picture in a file. */
const COLOURS = 3;

/**
 * Makes an input from a photo, or from depth coded in three channels (HHA): resizes the picture if the
 * preprocessing requires it, then computes {@link toPlanes}.
 *
 * @returns `[3, height, width]`.
 * @throws {@link FcnError} if the preprocessing is for another input, or its mean is in the weights file.
 */
export function pictureInput(picture: RgbImage, preprocessing: Preprocessing): NetworkInput {
  const { input = 'photo' } = preprocessing;
  if (input === 'depth' || input === 'photo and hha') {
    throw new FcnError(`preprocessing: wrong picture (got three channels, expected ${input})`);
  }
  const [height, width] = inputSize([picture.height, picture.width], preprocessing);
  const isResized = height !== picture.height || width !== picture.width;
  const resized = isResized ? resizeImage(picture, width, height) : picture;
  return { data: toPlanes(resized, preprocessing), height, width };
}

/**
 * Converts the channels of a picture to planes, without resizing.
 *
 * Each number is fround(v − mean) with the stored value v and the mean in float64, as in the authors' data layers
 * (infer.py, voc_layers.py), or fround(fround(fround(v / divisor) − fround(mean)) / fround(deviation)), as in
 * torchvision's presets.
 *
 * @returns `[3, height, width]`.
 * @throws {@link FcnError} if the mean is in the weights file.
 */
export function toPlanes(
  { width, height, data }: RgbImage,
  preprocessing: Preprocessing,
): Float32Array {
  const pixels = width * height;
  const means = meansOf(preprocessing);
  const planes = new Float32Array(COLOURS * pixels);
  for (let c = 0; c < COLOURS; c++) {
    const stored = preprocessing.order === 'bgr' ? COLOURS - 1 - c : c;
    const level = levels(preprocessing, means[c], c);
    const start = c * pixels;
    for (let i = 0; i < pixels; i++) planes[start + i] = level[data[COLOURS * i + stored]];
  }
  return planes;
}

/**
 * Makes an input from depth: fround(fround(ln v) − mean).
 *
 * @returns `[1, height, width]`.
 * @throws {@link ShapeError} if the values do not fill the size; {@link FcnError} if the preprocessing is for
 *   another input, or a value has no logarithm.
 */
export function depthInput(depth: DepthMap, preprocessing: Preprocessing): NetworkInput {
  const { width, height, data: values } = depth;
  const { input = 'photo', logarithm = false } = preprocessing;
  if (input !== 'depth')
    throw new FcnError(`preprocessing: wrong picture (got depth, expected ${input})`);
  if (values.length !== width * height) {
    throw new ShapeError(
      `depth: unexpected number of values (got ${String(values.length)}, expected ${String(width)}×${String(height)})`,
    );
  }
  const [mean] = meansOf(preprocessing);
  const at = values.findIndex((value) => !(value > 0));
  if (at >= 0 && logarithm) {
    const place = `column ${String(at % width)}, row ${String(Math.floor(at / width))}`;
    throw new FcnError(
      `depth: no logarithm of ${String(values[at])} (${place}); fill in missing values first`,
    );
  }
  const scaled = logarithm ? Float32Array.from(values, ln) : values;
  return { data: Float32Array.from(scaled, (value) => value - mean), width, height };
}

function meansOf({ mean }: Preprocessing): readonly number[] {
  if (mean === null) throw new FcnError('preprocessing: the mean is stored in the weights file');
  return mean;
}

/** Computes the input number for each of the 256 stored values of a channel. */
function levels(
  { divisor = 1, std, singlePrecision = false }: Preprocessing,
  mean: number,
  c: number,
): Float32Array {
  const deviation = std?.[c] ?? 1;
  const [m, d] = singlePrecision ? [mean, deviation].map(Math.fround) : [mean, deviation];
  return Float32Array.from({ length: 256 }, (_, value) =>
    Math.fround(Math.fround(Math.fround(value / divisor) - m) / d),
  );
}

/** Returns height and width of the input that is made from a picture of a height and a width. */
export function inputSize(
  [height, width]: Pair,
  { size, shortSide, longSide }: Pick<Preprocessing, 'size' | 'shortSide' | 'longSide'>,
): Pair {
  if (size !== undefined) return size;
  if (shortSide !== undefined) {
    const short = Math.min(width, height);
    // as torchvision resizes: the longer side is rounded down
    const scaled = (side: number): number =>
      side === short ? shortSide : Math.floor((shortSide * side) / short);
    return [scaled(height), scaled(width)];
  }
  const factor = Math.min(1, (longSide ?? Infinity) / Math.max(width, height));
  const scaled = (side: number): number => Math.max(1, Math.round(factor * side));
  return [scaled(height), scaled(width)];
}
