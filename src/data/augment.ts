import {
  checkOptions,
  finiteNumber,
  listOf,
  wholeNumber,
  type OptionChecks,
} from '../core/check-options.js';
import type { Rng } from '../core/rng.js';
import { IGNORE_LABEL, type LabelMap, type RgbImage } from './image.js';
import { resizeImage, resizeLabels } from './resize-image.js';

/** A photo with its label map, of equal size. */
export interface LabelledImage {
  /** The photo. */
  readonly image: RgbImage;
  /** Its classes. */
  readonly labels: LabelMap;
}

/** Options of {@link augment}. */
export interface AugmentOptions {
  /** Least and largest enlargement; `[1, 1]` keeps the scale. */
  readonly scale: readonly [number, number];
  /** Side of the resulting square, in pixels. */
  readonly size: number;
  /** Colour outside the photo, red, green, blue: the mean, which is 0 once it is subtracted. */
  readonly fill: readonly [number, number, number];
}

const OPTIONS: OptionChecks<AugmentOptions> = {
  scale: listOf(finiteNumber(0), 2),
  size: wholeNumber(1),
  fill: listOf(finiteNumber(), 3),
};

/**
 * A random view of a photo and its labels: mirrored or not, scaled, and cut or padded to a square.
 * Outside the photo the labels are 255.
 *
 * Every call takes four numbers from the stream, so that a resumed run draws the same ones.
 *
 * @returns A new pair of `size`×`size` pixels.
 */
export function augment(sample: LabelledImage, rng: Rng, options: AugmentOptions): LabelledImage {
  checkOptions('augment', options, OPTIONS);
  const [least, largest] = options.scale;
  const isMirrored = rng.uniform() < 0.5;
  const scale = least + rng.uniform() * (largest - least);
  const shares = [rng.uniform(), rng.uniform()] as const;
  const turned = isMirrored ? mirror(sample) : sample;
  return place(rescale(turned, scale), shares, options);
}

/** The pair with left and right exchanged. */
export function mirror({ image, labels }: LabelledImage): LabelledImage {
  const { width, height } = image;
  const rgb = new Uint8Array(image.data.length);
  const classes = new Uint8Array(labels.data.length);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = width - 1; x >= 0; x--, to++) {
      const from = y * width + x;
      classes[to] = labels.data[from];
      for (let c = 0; c < 3; c++) rgb[3 * to + c] = image.data[3 * from + c];
    }
  }
  return { image: { width, height, data: rgb }, labels: { width, height, data: classes } };
}

function rescale(sample: LabelledImage, scale: number): LabelledImage {
  const width = Math.max(Math.round(sample.image.width * scale), 1);
  const height = Math.max(Math.round(sample.image.height * scale), 1);
  if (width === sample.image.width && height === sample.image.height) return sample;
  return {
    image: resizeImage(sample.image, width, height),
    labels: resizeLabels(sample.labels, width, height),
  };
}

/** Cuts the square out of the pair, or places the smaller pair inside the square. */
function place(
  { image, labels }: LabelledImage,
  [shareX, shareY]: readonly [number, number],
  { size, fill }: AugmentOptions,
): LabelledImage {
  const left = offsetOf(image.width, size, shareX);
  const top = offsetOf(image.height, size, shareY);
  const rgb = new Uint8Array(3 * size * size);
  const classes = new Uint8Array(size * size).fill(IGNORE_LABEL);
  const colour = fill.map(Math.round);
  for (let to = 0; to < size * size; to++) {
    const x = left + (to % size);
    const y = top + Math.floor(to / size);
    const isInside = x >= 0 && x < image.width && y >= 0 && y < image.height;
    const from = y * image.width + x;
    if (isInside) classes[to] = labels.data[from];
    for (let c = 0; c < 3; c++) rgb[3 * to + c] = isInside ? image.data[3 * from + c] : colour[c];
  }
  return {
    image: { width: size, height: size, data: rgb },
    labels: { width: size, height: size, data: classes },
  };
}

/** Offset of the square in the photo; negative if the square is larger. */
function offsetOf(extent: number, size: number, share: number): number {
  const room = Math.abs(extent - size) + 1;
  const offset = Math.floor(share * room);
  return extent >= size ? offset : -offset;
}
