import { ShapeError } from '../core/errors.js';
import { OptionError } from '../core/option-error.js';
import { showShape } from '../core/shape.js';
import { decodeImage } from '../data/decode-image.js';
import type { RgbImage } from '../data/image.js';
import { readStrided, type NdarrayLike } from '../tensor/ndarray-like.js';

/** Pixels of a canvas or a decoder: 3 (RGB) or 4 (RGBA) bytes each, row by row. */
export interface PixelImage {
  /** Pixels per row. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
  /** `[height, width, 3]` or `[height, width, 4]`, 0 … 255. */
  readonly data: Uint8Array | Uint8ClampedArray;
}

/** Image: the bytes of a PNG or JPEG file, pixels, or an ndarray `[H, W, 3]` of 0 … 255. */
export type ImageSource = Uint8Array | ArrayBuffer | PixelImage | NdarrayLike;

/**
 * Converts an image to RGB pixels. Transparent pixels are blended with white, as the decoder of PNG files does;
 * numbers of an ndarray are rounded to whole numbers.
 *
 * @param name - Name of the image in messages.
 * @throws {@link ParseError} if the bytes are damaged; {@link ShapeError} if the pixels do not fill the size, or a
 *   number of an ndarray is not within 0 … 255; {@link OptionError} if the value is not an image.
 */
export function toRgbImage(source: ImageSource, name = 'image'): RgbImage {
  if (source instanceof Uint8Array) return decodeImage(source, name);
  if (source instanceof ArrayBuffer) return decodeImage(new Uint8Array(source), name);
  const given: unknown = source;
  if (typeof given !== 'object' || given === null) throw notAnImage(name, given);
  if ('stride' in source) return fromNdarray(source, name);
  const { data } = source as Partial<PixelImage>;
  const isBytes = data instanceof Uint8Array || data instanceof Uint8ClampedArray;
  if (!isBytes) throw notAnImage(name, given);
  return fromPixels(source, name);
}

function notAnImage(name: string, given: unknown): OptionError {
  const got = given === null ? 'null' : typeof given;
  const expected =
    'bytes of a PNG or JPEG file, { width, height, data } of 8-bit pixels, or an ndarray';
  return new OptionError(`${name}: unexpected value (got ${got}, expected ${expected})`);
}

function fromPixels({ width, height, data }: PixelImage, name: string): RgbImage {
  const count = width * height;
  const whole = Number.isSafeInteger(width) && Number.isSafeInteger(height);
  const channels = data.length / count;
  if (!(whole && width >= 1 && height >= 1) || (channels !== 3 && channels !== 4)) {
    throw new ShapeError(
      `${name}: ${String(data.length)} bytes are not ${String(width)}×${String(height)} pixels of 3 or 4`,
    );
  }
  if (channels === 3) return { width, height, data: new Uint8Array(data) };
  const rgb = new Uint8Array(3 * count);
  for (let i = 0; i < count; i++) {
    const alpha = data[4 * i + 3];
    for (let c = 0; c < 3; c++) {
      rgb[3 * i + c] = Math.round((data[4 * i + c] * alpha + 255 * (255 - alpha)) / 255);
    }
  }
  return { width, height, data: rgb };
}

function fromNdarray(view: NdarrayLike, name: string): RgbImage {
  const [height, width] = view.shape;
  if (view.shape.length !== 3 || view.shape[2] !== 3 || height < 1 || width < 1) {
    throw new ShapeError(`${name}: expected an ndarray [H, W, 3], got ${showShape(view.shape)}`);
  }
  const data = Uint8Array.from(readStrided(view, view.shape), (value) => {
    const rounded = Math.round(value);
    if (!(rounded >= 0 && rounded <= 255)) {
      throw new ShapeError(`${name}: ${String(value)} in the ndarray is not within 0 … 255`);
    }
    return rounded;
  });
  return { width, height, data };
}
