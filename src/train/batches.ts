import type { Rng } from '../core/rng.js';
import { augment, type LabelledImage } from '../data/augment.js';
import { toInput, type Triple } from '../data/preprocess.js';
import type { InputDescription } from '../models/model-file.js';
import type { Augmentation } from './recipe.js';
import type { Batch } from './step.js';

/** How samples become batches. */
export interface BatchOptions {
  /** How a photo becomes the network's input. */
  readonly input: InputDescription;
  /** How photos are varied. */
  readonly augmentation: Augmentation;
  /** Where the variation comes from. */
  readonly rng: Rng;
}

/** A batch of varied photos, each cut to the same square. */
export function makeBatch(samples: readonly LabelledImage[], options: BatchOptions): Batch {
  const { crop: size, scale } = options.augmentation;
  const plane = size * size;
  const input = new Float32Array(samples.length * 3 * plane);
  const labels = new Float32Array(samples.length * plane);
  const fill = meanColour(options.input);
  for (const [i, sample] of samples.entries()) {
    const varied = augment(sample, options.rng, { size, scale, fill });
    input.set(toInput(varied.image, options.input), i * 3 * plane);
    labels.set(varied.labels.data, i * plane);
  }
  return { size: samples.length, height: size, width: size, input, labels };
}

/** Red, green, blue of what becomes about 0 in the input. */
function meanColour({ order, mean: [first, second, third] }: InputDescription): Triple {
  return order === 'rgb' ? [first, second, third] : [third, second, first];
}
