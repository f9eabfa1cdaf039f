import assert from 'node:assert/strict';
import { changePicture } from '../../src/data/change-picture.js';
import { VOC_PALETTE } from '../../src/data/palette.js';
import { labelChanges } from '../../src/metrics/label-changes.js';

/** A label map from rows of digits. */
function mapOf(...rows: readonly string[]): { width: number; height: number; data: Uint8Array } {
  return {
    width: rows[0].length,
    height: rows.length,
    data: Uint8Array.from(rows.join(''), Number),
  };
}

describe('labelChanges', () => {
  const before = mapOf('00001111', '00001111', '22222222');
  const after = mapOf('00011111', '00001113', '22222220');

  it('counts changes by pair of classes, most frequent first', () => {
    const { pixels, changed, changes } = labelChanges(
      before,
      mapOf('00011111', '00011113', '22222220'),
    );
    assert.deepEqual([pixels, changed], [24, 4]);
    assert.deepEqual(changes, [
      { from: 0, to: 1, pixels: 2 },
      { from: 1, to: 3, pixels: 1 },
      { from: 2, to: 0, pixels: 1 },
    ]);
  });

  it('distinguishes moved borders from other changes', () => {
    const { atBorders, kinds } = labelChanges(before, after);
    assert.equal(atBorders, 1);
    assert.deepEqual([kinds[3], kinds[15], kinds[23]], [1, 2, 2]);
    // Class 0 lies 4 columns away from the last pixel; two would be near.
    assert.equal(labelChanges(mapOf('0111'), mapOf('0101')).kinds[2], 1);
    assert.equal(labelChanges(mapOf('0111'), mapOf('0110')).kinds[3], 2);
  });

  it('rejects maps of different sizes', () => {
    assert.throws(() => labelChanges(before, mapOf('0')), { name: 'ShapeError' });
  });

  it('is drawn in the colours of B, paler for less important changes', () => {
    const labels = mapOf('111');
    const { data } = changePicture(labels, Uint8Array.of(0, 1, 2), VOC_PALETTE);
    // Class 1 is (128, 0, 0).
    assert.deepEqual([...data], [230, 204, 204, 179, 102, 102, 128, 0, 0]);
  });
});
