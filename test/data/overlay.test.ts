import assert from 'node:assert/strict';
import { FcnError, ShapeError } from '../../src/core/errors.js';
import { overlay } from '../../src/data/overlay.js';
import { VOC_PALETTE } from '../../src/data/palette.js';

const image = { width: 3, height: 1, data: Uint8Array.of(10, 21, 33, 10, 21, 33, 10, 21, 33) };

describe('overlay', () => {
  it('blends classes except background and ignored pixels, and truncates', () => {
    const labels = { width: 3, height: 1, data: Uint8Array.of(0, 9, 255) };
    const blended = overlay(image, labels, VOC_PALETTE, 0.5);
    // class 9 is (192, 0, 0): 101, 10.5, 16.5
    assert.deepEqual([...blended.data], [10, 21, 33, 101, 10, 16, 10, 21, 33]);
    assert.deepEqual([...image.data.subarray(3, 6)], [10, 21, 33]);
  });

  it('shows the photo alone at 0 and the colours alone at 1', () => {
    const labels = { width: 3, height: 1, data: Uint8Array.of(1, 2, 3) };
    assert.deepEqual(overlay(image, labels, VOC_PALETTE, 0), image);
    assert.deepEqual(overlay(image, labels, VOC_PALETTE, 1).data, VOC_PALETTE.slice(3, 12));
  });

  it('rejects different sizes and an opacity outside [0, 1]', () => {
    const labels = { width: 1, height: 3, data: new Uint8Array(3) };
    assert.throws(() => overlay(image, labels, VOC_PALETTE, 0.5), ShapeError);
    const fitting = { ...labels, width: 3, height: 1 };
    for (const opacity of [-0.1, 1.1, NaN]) {
      assert.throws(() => overlay(image, fitting, VOC_PALETTE, opacity), FcnError);
    }
  });
});
