import assert from 'node:assert/strict';
import { createRng } from '../../src/core/rng.js';
import type { Preprocessing } from '../../src/data/preprocessing.js';
import { makeBatch } from '../../src/train/batches.js';
import { assertClose } from '../support/close.js';

/** A white photo of one pixel, of class 1. */
const PIXEL = {
  image: { width: 1, height: 1, data: Uint8Array.of(255, 255, 255) },
  labels: { width: 1, height: 1, data: Uint8Array.of(1) },
};

const MEANS: readonly Preprocessing[] = [
  { order: 'bgr', mean: [10, 20, 30] },
  { order: 'rgb', mean: [10, 20, 30] },
  { order: 'rgb', mean: [0.2, 0.4, 0.6], divisor: 255 },
];

describe('makeBatch', () => {
  for (const input of MEANS) {
    it(`pads photos with the mean colour, which becomes 0: ${JSON.stringify(input)}`, () => {
      const augmentation = { crop: 3, scale: [1, 1] } as const;
      const batch = makeBatch([PIXEL], { input, augmentation, rng: createRng(3) });
      const at = batch.labels.indexOf(1);
      assert.equal(batch.labels.filter((label) => label === 255).length, 8);
      const outside = batch.input.filter((_, i) => i % 9 !== at);
      // One rounding of a mean below 1 to float32.
      assertClose('outside', [...outside, 1], [...outside.map(() => 0), 1], 1e-7);
    });
  }
});
