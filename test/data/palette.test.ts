import assert from 'node:assert/strict';
import { PETS_CLASSES, VOC_CLASSES } from '../../src/data/classes.js';
import { VOC_PALETTE } from '../../src/data/palette.js';

// prettier-ignore
const FIRST_21 = [
  [0, 0, 0], [128, 0, 0], [0, 128, 0], [128, 128, 0], [0, 0, 128], [128, 0, 128], [0, 128, 128],
  [128, 128, 128], [64, 0, 0], [192, 0, 0], [64, 128, 0], [192, 128, 0], [64, 0, 128],
  [192, 0, 128], [64, 128, 128], [192, 128, 128], [0, 64, 0], [128, 64, 0], [0, 192, 0],
  [128, 192, 0], [0, 64, 128],
];

describe('VOC palette and classes', () => {
  it('has the published colours', () => {
    assert.deepEqual([...VOC_PALETTE.subarray(0, 63)], FIRST_21.flat());
    assert.deepEqual([...VOC_PALETTE.subarray(765)], [224, 224, 192]);
    assert.equal(VOC_PALETTE.length, 768);
  });

  it('has a distinct colour for every class', () => {
    const colours = new Set<string>();
    for (let i = 0; i < 256; i++) colours.add(VOC_PALETTE.subarray(3 * i, 3 * i + 3).join());
    assert.equal(colours.size, 256);
  });

  it('names 21 and 3 classes', () => {
    assert.equal(VOC_CLASSES.length, 21);
    assert.equal(VOC_CLASSES[8], 'cat');
    assert.equal(VOC_CLASSES[15], 'person');
    assert.deepEqual(PETS_CLASSES, ['background', 'cat', 'dog']);
  });
});
