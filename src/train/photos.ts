import { setImmediate } from 'node:timers/promises';
import type { LabelledImage } from '../data/augment.js';
import type { FolderDataset } from '../data/folder-dataset.js';

/**
 * Decodes the photos of a data set one after another, until the end or until `signal` is aborted.
 *
 * @param signal - Checked between photos.
 */
export async function* readPhotos(
  dataset: FolderDataset,
  signal?: AbortSignal,
): AsyncGenerator<LabelledImage> {
  for (const index of dataset.names.keys()) {
    await setImmediate(); // signals are delivered here
    if (signal?.aborted === true) return;
    yield dataset.load(index);
  }
}
