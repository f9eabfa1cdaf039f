import type { Rng } from '../core/rng.js';
import { augment, type LabelledImage } from '../data/augment.js';
import { toPlanes } from '../data/make-input.js';
import type { Preprocessing } from '../data/preprocessing.js';
import type { Augmentation } from './recipe.js';
import type { Batch } from './step.js';

/** Options of {@link makeBatch}. */
export interface BatchOptions {
  /** Preprocessing of the photos. */
  readonly input: Preprocessing;
  /** Augmentation of the photos. */
  readonly augmentation: Augmentation;
  /** Random numbers for the augmentation. */
  readonly rng: Rng;
}

/** Makes a batch of augmented photos, each cropped to the same square. */
export function makeBatch(samples: readonly LabelledImage[], options: BatchOptions): Batch {
  const { crop: size, scale } = options.augmentation;
  const plane = size * size;
  const input = new Float32Array(samples.length * 3 * plane);
  const labels = new Float32Array(samples.length * plane);
  const fill = meanColour(options.input);
  for (const [i, sample] of samples.entries()) {
    const varied = augment(sample, options.rng, { size, scale, fill });
    input.set(toPlanes(varied.image, options.input), i * 3 * plane);
    labels.set(varied.labels.data, i * plane);
  }
  return { size: samples.length, height: size, width: size, input, labels };
}

/** Red, green and blue of the mean colour, which becomes about 0 in the input. */
function meanColour({
  order,
  mean,
  divisor = 1,
}: Preprocessing): readonly [number, number, number] {
  const [first, second, third] = (mean ?? [0, 0, 0]).map((value) => divisor * value);
  return order === 'rgb' ? [first, second, third] : [third, second, first];
}
