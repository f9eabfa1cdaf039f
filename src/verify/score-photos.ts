import type { LabelledImage } from '../data/augment.js';
import { ConfusionMatrix } from '../metrics/confusion-matrix.js';
import type { Segmenter } from '../segment/segmenter.js';

/**
 * Segments labelled photos one by one, at their own resolution, and counts predictions against labels over all of them.
 *
 * @param onPhoto - Called with the number of photos that are done.
 */
export async function scorePhotos(
  segmenter: Segmenter,
  photos: AsyncIterable<LabelledImage> | Iterable<LabelledImage>,
  onPhoto: (done: number) => void = () => undefined,
): Promise<ConfusionMatrix> {
  const matrix = new ConfusionMatrix(segmenter.classes.length);
  let done = 0;
  for await (const { image, labels } of photos) {
    const { classMap } = await segmenter.segment(image);
    matrix.add(labels.data, classMap);
    onPhoto(++done);
  }
  return matrix;
}
