import assert from 'node:assert/strict';
import fc from 'fast-check';
import { orientationOf } from '../../src/data/exif.js';
import { SEED } from '../support/arbitraries.js';

/** A TIFF block with one entry. */
function block(little: boolean, tag: number, type: number, value: number): Uint8Array {
  const bytes = new Uint8Array(26);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, little ? 0x4949 : 0x4d4d);
  view.setUint16(2, 42, little);
  view.setUint32(4, 8, little);
  view.setUint16(8, 1, little);
  view.setUint16(10, tag, little);
  view.setUint16(12, type, little);
  view.setUint32(14, 1, little);
  view.setUint16(18, value, little);
  return bytes;
}

/** A TIFF block with the orientation as a 32-bit number. */
function longBlock(little: boolean, value: number): Uint8Array {
  const bytes = block(little, 0x0112, 4, 0);
  new DataView(bytes.buffer).setUint32(18, value, little);
  return bytes;
}

describe('orientationOf', () => {
  it('reads 1 to 8 in both byte orders', () => {
    for (let value = 1; value <= 8; value++) {
      assert.equal(orientationOf(block(true, 0x0112, 3, value)), value);
      assert.equal(orientationOf(block(false, 0x0112, 3, value)), value);
    }
  });

  it('reads 1 to 8 stored as LONG, as Pillow and OpenCV do', () => {
    for (let value = 1; value <= 8; value++) {
      assert.equal(orientationOf(longBlock(true, value)), value);
      assert.equal(orientationOf(longBlock(false, value)), value);
    }
    assert.equal(orientationOf(longBlock(true, 0x10006)), 1);
    assert.equal(orientationOf(longBlock(false, 0x60000)), 1);
  });

  it('returns 1 for a missing or invalid orientation', () => {
    assert.equal(orientationOf(new Uint8Array(0)), 1);
    assert.equal(orientationOf(block(true, 0x010f, 3, 6)), 1);
    assert.equal(orientationOf(block(true, 0x0112, 1, 6)), 1);
    assert.equal(orientationOf(block(true, 0x0112, 3, 9)), 1);
    assert.equal(orientationOf(block(true, 0x0112, 3, 0)), 1);
    for (let length = 0; length < 22; length++) {
      assert.equal(orientationOf(block(true, 0x0112, 3, 6).subarray(0, length)), 1);
    }
  });

  it('accepts any bytes', () => {
    const start = Array.from(block(true, 0x0112, 3, 6).subarray(0, 8));
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        for (const tiff of [bytes, Uint8Array.from([...start, ...bytes])]) {
          const orientation = orientationOf(tiff);
          assert(orientation >= 1 && orientation <= 8);
        }
      }),
      { seed: SEED, numRuns: 2000 },
    );
  });
});
