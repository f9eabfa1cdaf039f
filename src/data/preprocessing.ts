import type { JsonObject } from '../core/json-object.js';
import type { Pair } from '../core/shape.js';

/** Picture that an input is made from: a photo, depth as disparity, height and angle (HHA), or plain depth. */
export type PictureKind = 'photo' | 'hha' | 'depth' | 'photo and hha';

/** The steps from a picture to the input of a network, in the order of the fields `size` to `std`. */
export interface Preprocessing {
  /** The picture; default `photo`. */
  readonly input?: PictureKind;
  /** Order of the channels in the input; `stored` is the order in the file. Caffe's networks use `bgr`. */
  readonly order: 'bgr' | 'rgb' | 'stored';
  /** Height and width to which pictures are stretched. */
  readonly size?: Pair;
  /** Pixels to which the shorter side is resized, as torchvision does; default: pictures keep their size. */
  readonly shortSide?: number;
  /** Pixels to which the longer side of larger pictures is shrunk; smaller pictures keep their size. */
  readonly longSide?: number;
  /** True to use the natural logarithm of the stored values. */
  readonly logarithm?: boolean;
  /** Divisor of the stored values, 0 … 255; default 1. */
  readonly divisor?: number;
  /**
   * Mean of each channel, in the order of the input; it is subtracted. Null if the weights file stores it, as
   * MatConvNet's files do.
   */
  readonly mean: readonly number[] | null;
  /** Standard deviation of each channel, in the order of the input; the result is divided by it. */
  readonly std?: readonly number[];
  /**
   * True to round mean and deviation to float32 first, as in PyTorch; default: float64, as in Caffe's data
   * layers.
   */
  readonly singlePrecision?: boolean;
}

/** Channels of a photo. */
const COLOURS = 3;

const EXTENT = { integer: true, min: 1 } as const;

/**
 * Reads the preprocessing of photos from a model file or a recipe: the fields of {@link Preprocessing}, of which
 * `order` and `mean` are required, and at most one of `size`, `shortSide` and `longSide` is given.
 *
 * @throws {@link JsonError} for a key that is missing, unknown or wrong.
 */
export function readPreprocessing(from: JsonObject): Preprocessing {
  const read: Preprocessing = {
    order: from.string('order', ['rgb', 'bgr']),
    mean: from.numbers('mean', {}, COLOURS),
    ...from.optional('input', (key) => from.string(key, ['photo'] as const)),
    ...from.optional('size', (key): Pair => {
      const [height, width] = from.numbers(key, EXTENT, 2);
      return [height, width];
    }),
    ...from.optional('shortSide', (key) => from.number(key, EXTENT)),
    ...from.optional('longSide', (key) => from.number(key, EXTENT)),
    ...from.optional('divisor', (key) => from.number(key, { min: Number.MIN_VALUE })),
    ...from.optional('std', (key) => from.numbers(key, { min: Number.MIN_VALUE }, COLOURS)),
    ...from.optional('singlePrecision', (key) => from.flag(key)),
  };
  from.end();
  const sizes = [read.size, read.shortSide, read.longSide].filter((size) => size !== undefined);
  if (sizes.length > 1)
    throw from.wrong(
      'size',
      'conflicting keys (expected at most one of size, shortSide and longSide)',
    );
  return read;
}
