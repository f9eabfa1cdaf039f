import assert from 'node:assert/strict';
import { decodeDepth } from '../../src/data/depth.js';
import { encodePng } from '../../src/data/encode-png.js';
import { encodeIndexedPng } from '../../src/data/indexed-png.js';
import { VOC_PALETTE } from '../../src/data/palette.js';
import { depthPng } from '../support/depth-png.js';

describe('decodeDepth', () => {
  it('reads the 16 bits of every pixel', () => {
    const values = Uint16Array.of(0, 1, 255, 256, 0xabcd, 65535);
    const { width, height, data } = decodeDepth(depthPng(3, 2, values), 'd.png');
    assert.deepEqual([width, height, data], [3, 2, values]);
    const many = Uint16Array.from({ length: 640 * 48 }, (_, i) => (i * 40503) % 65536);
    assert.deepEqual(decodeDepth(depthPng(640, 48, many), 'd.png').data, many);
  });

  it('rejects other images, damaged files and too many pixels', () => {
    const colours = encodePng({ width: 1, height: 1, data: Uint8Array.of(1, 2, 3) });
    const labels = encodeIndexedPng({ width: 1, height: 1, data: Uint8Array.of(1) }, VOC_PALETTE);
    assert.throws(
      () => decodeDepth(colours, 'd.png'),
      /d\.png: not a depth map: it stores colours/,
    );
    assert.throws(() => decodeDepth(labels, 'd.png'), /not a depth map/);
    const good = depthPng(2, 2, new Uint16Array(4));
    assert.throws(() => decodeDepth(good.subarray(0, 50), 'd.png'), { name: 'ParseError' });
    assert.throws(() => decodeDepth(good, 'd.png', { limitPixels: 3 }), { name: 'ParseError' });
  });
});
