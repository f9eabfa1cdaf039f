import assert from 'node:assert/strict';
import { createReferenceBackend } from '../../src/backend/reference/index.js';
import type { LabelledImage } from '../../src/data/augment.js';
import { conv2d } from '../../src/ops/conv2d.js';
import { Tensor } from '../../src/tensor/tensor.js';
import { evaluate, predictClasses } from '../../src/train/evaluate.js';
import { showScoreSheet, toScoreSheet } from '../../src/train/scores.js';

const backend = createReferenceBackend();

/** Two classes: 1 for pixels whose red is above 100, else 0. */
const weight = Tensor.from(backend, [0, 0, 0, 1, 0, 0], [2, 3, 1, 1]);
const SCORED = {
  ...{ backend, classes: 2 },
  network: { forward: (x: Tensor) => conv2d(x, weight) },
  input: { order: 'rgb', mean: [100, 0, 0] },
} as const;

function photo(width: number, reds: readonly number[], labels: readonly number[]): LabelledImage {
  const height = reds.length / width;
  const data = Uint8Array.from(reds.flatMap((red) => [red, 7, 7]));
  return {
    image: { width, height, data },
    labels: { width, height, data: Uint8Array.from(labels) },
  };
}

const PHOTOS = [
  photo(3, [0, 200, 0, 200, 0, 200], [0, 1, 0, 0, 255, 1]), // one pixel of class 0 is predicted as 1
  photo(1, [100, 101], [0, 1]), // a tie goes to the lower class
];

describe('evaluate', () => {
  it('evaluates photos at their own size and counts over the whole set', async () => {
    assert.deepEqual(predictClasses(SCORED, PHOTOS[0].image), Uint8Array.of(0, 1, 0, 1, 0, 1));
    const seen: number[] = [];
    const matrix = await evaluate(SCORED, PHOTOS, (done) => seen.push(done));
    assert.deepEqual(matrix.counts, Float64Array.of(3, 1, 0, 3));
    assert.deepEqual(seen, [1, 2]);
  });

  it('frees all its memory', async () => {
    const mark = backend.mark();
    await evaluate(SCORED, PHOTOS);
    backend.release(mark);
    assert.deepEqual(Array.from(weight.data), [0, 0, 0, 1, 0, 0]);
  });
});

describe('toScoreSheet', () => {
  it('adds the names of the classes, and null for a score without pixels', async () => {
    const matrix = await evaluate({ ...SCORED, classes: 2 }, [photo(1, [0, 0], [0, 255])]);
    const sheet = toScoreSheet(matrix.scores(), ['dark', 'red']);
    assert.deepEqual(sheet, {
      ...{ pixelAccuracy: 1, meanAccuracy: 1, meanIU: 1, frequencyWeightedIU: 1 },
      classes: [
        { name: 'dark', pixels: 1, accuracy: 1, iu: 1 },
        { name: 'red', pixels: 0, accuracy: null, iu: null },
      ],
    });
  });

  it('is shown as a table in percent', async () => {
    const sheet = toScoreSheet((await evaluate(SCORED, PHOTOS)).scores(), ['dark', 'red']);
    assert.deepEqual(showScoreSheet(sheet).split('\n'), [
      'pixel accuracy            85.71',
      'mean accuracy             87.50',
      'mean IU                   75.00',
      'frequency-weighted IU     75.00',
      '',
      'class                  accuracy        IU',
      'dark                      75.00     75.00',
      'red                      100.00     75.00',
      '',
    ]);
  });
});
