/** What {@link Preprocessing} says, done: pictures become the numbers that published weights were trained on. */
import { FcnError, ShapeError } from '../core/errors.js';
import { ln } from '../core/log.js';
import type { DepthMap } from '../data/depth.js';
import type { RgbImage } from '../data/image.js';
import type { NetworkInput } from '../data/preprocess.js';
import { resizeImage } from '../data/resize-image.js';
import type { Preprocessing } from './entry.js';

/** Channels of a picture in a file. */
const COLOURS = 3;

/**
 * A photo, or depth coded in three channels (HHA), as an input.
 *
 * The picture is resized first where the weights want that. Then each number is
 * fround(v − mean) with v of the file and the mean in float64, as the authors' data layers do, or
 * fround(fround(fround(v / divisor) − fround(mean)) / fround(deviation)), as torchvision's presets.
 *
 * @returns `[3, height, width]`.
 * @throws {@link FcnError} if the preprocessing is of another input, or its mean is in the file of weights.
 */
export function pictureInput(picture: RgbImage, preprocessing: Preprocessing): NetworkInput {
  const { input, order, mean } = preprocessing;
  if (input === 'depth' || input === 'photo and hha') {
    throw new FcnError(`preprocessing: the input is ${input}, not one picture of three channels`);
  }
  const resized = resize(picture, preprocessing);
  const { width, height, data: pixels } = resized;
  const means = meansOf(mean);
  const data = new Float32Array(COLOURS * width * height);
  for (let c = 0; c < COLOURS; c++) {
    const stored = order === 'bgr' ? COLOURS - 1 - c : c;
    const level = levels(preprocessing, means[c], c);
    const start = c * width * height;
    for (let i = 0; i < width * height; i++) data[start + i] = level[pixels[COLOURS * i + stored]];
  }
  return { data, width, height };
}

/**
 * Depth as an input: fround(fround(ln v) − mean).
 *
 * @returns `[1, height, width]`.
 * @throws {@link FcnError} if the preprocessing is of another input; {@link ShapeError} if there is another
 *   number of pixels; {@link FcnError} if one is not above 0, of which there is no logarithm.
 */
export function depthInput(depth: DepthMap, preprocessing: Preprocessing): NetworkInput {
  const { width, height, data: values } = depth;
  if (preprocessing.input !== 'depth') {
    throw new FcnError(`preprocessing: the input is ${preprocessing.input}, not depth`);
  }
  if (values.length !== width * height) {
    throw new ShapeError(
      `depth: ${String(values.length)} numbers, not ${String(width)}×${String(height)}`,
    );
  }
  const [mean] = meansOf(preprocessing.mean);
  const at = values.findIndex((value) => !(value > 0));
  if (at >= 0 && preprocessing.logarithm === true) {
    const [x, y] = [at % width, Math.floor(at / width)];
    throw new FcnError(`depth: ${String(values[at])} at column ${String(x)}, row ${String(y)}`);
  }
  const scaled = preprocessing.logarithm === true ? Float32Array.from(values, ln) : values;
  return { data: Float32Array.from(scaled, (value) => value - mean), width, height };
}

function meansOf(mean: readonly number[] | null): readonly number[] {
  if (mean === null) throw new FcnError('preprocessing: the mean is in the file of weights');
  return mean;
}

/** What becomes of each of the 256 values that a channel may have. */
function levels(
  { divisor = 1, std, singlePrecision }: Preprocessing,
  mean: number,
  c: number,
): Float32Array {
  const deviation = std?.[c] ?? 1;
  const [m, d] = singlePrecision === true ? [mean, deviation].map(Math.fround) : [mean, deviation];
  return Float32Array.from({ length: 256 }, (_, value) =>
    Math.fround(Math.fround(Math.fround(value / divisor) - m) / d),
  );
}

function resize(picture: RgbImage, { size, shortSide }: Preprocessing): RgbImage {
  if (size === undefined) {
    return shortSide === undefined ? picture : withShortSide(picture, shortSide);
  }
  const [height, width] = size;
  const fits = height === picture.height && width === picture.width;
  return fits ? picture : resizeImage(picture, width, height);
}

/** As torchvision resizes: the longer side is rounded down. */
function withShortSide(picture: RgbImage, shortSide: number): RgbImage {
  const { width, height } = picture;
  const short = Math.min(width, height);
  if (short === shortSide) return picture;
  const [w, h] = [width, height].map((side) =>
    side === short ? shortSide : Math.floor((shortSide * side) / short),
  );
  return resizeImage(picture, w, h);
}
