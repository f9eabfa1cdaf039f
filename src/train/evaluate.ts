import { noGrad } from '../autograd/no-grad.js';
import type { Backend } from '../backend/backend.js';
import type { LabelledImage } from '../data/augment.js';
import type { RgbImage } from '../data/image.js';
import { pictureInput } from '../data/make-input.js';
import type { Preprocessing } from '../data/preprocessing.js';
import { ConfusionMatrix } from '../metrics/confusion-matrix.js';
import { atPhotoSize } from '../models/photo-size.js';
import type { Module } from '../nn/module.js';
import { Tensor } from '../tensor/tensor.js';

/** A network to evaluate. */
export interface Scored {
  /** Backend of the network. */
  readonly backend: Backend;
  /** Maps `[1, 3, H, W]` to scores `[1, classes, H, W]`; not in training mode. */
  readonly network: Pick<Module, 'forward'>;
  /** Preprocessing of the photos. */
  readonly input: Preprocessing;
  /** Number of classes. */
  readonly classes: number;
}

/** Class of each pixel, `[height, width]`: the one with the largest score, the first at a tie. */
export function predictClasses(scored: Scored, image: RgbImage): Uint8Array {
  const { backend, network, classes } = scored;
  const { height, width } = image;
  const mark = backend.mark();
  try {
    const input = pictureInput(image, scored.input);
    const x = Tensor.from(backend, input.data, [1, 3, input.height, input.width]);
    const scores = noGrad(() => network.forward(x));
    const predicted = new Uint8Array(height * width);
    atPhotoSize(backend, scores, [height, width], (full) => {
      backend.argmax(full, classes, height * width, predicted);
    });
    return predicted;
  } finally {
    backend.release(mark);
  }
}

/**
 * Runs a network over photos, one by one at their own resolution, and counts pairs of label and
 * prediction over the whole set.
 *
 * @param onPhoto - Called with the number of photos done; it may throw to stop the run.
 */
export async function evaluate(
  scored: Scored,
  photos: AsyncIterable<LabelledImage> | Iterable<LabelledImage>,
  onPhoto: (done: number) => void = () => undefined,
): Promise<ConfusionMatrix> {
  const matrix = new ConfusionMatrix(scored.classes);
  let done = 0;
  for await (const { image, labels } of photos) {
    matrix.add(labels.data, predictClasses(scored, image));
    onPhoto(++done);
  }
  return matrix;
}
