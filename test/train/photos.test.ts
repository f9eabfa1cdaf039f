import assert from 'node:assert/strict';
import type { FolderDataset } from '../../src/data/folder-dataset.js';
import { readPhotos } from '../../src/train/photos.js';
import { PHOTOS } from './tiny-run.js';

describe('readPhotos', () => {
  it('yields every photo, and stops when the signal is aborted', async () => {
    const dataset: FolderDataset = {
      names: ['a', 'b', 'c'],
      load: (index) => PHOTOS[index],
    };
    for (const [stopAfter, expected] of [
      [9, 3],
      [2, 2],
    ]) {
      const controller = new AbortController();
      let photos = 0;
      for await (const photo of readPhotos(dataset, controller.signal)) {
        assert.equal(photo, PHOTOS[photos]);
        if (++photos === stopAfter) controller.abort();
      }
      assert.equal(photos, expected);
    }
  });
});
