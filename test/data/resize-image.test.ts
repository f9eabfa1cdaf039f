import assert from 'node:assert/strict';
import { ShapeError } from '../../src/core/errors.js';
import { decodePng } from '../../src/data/png.js';
import { resizeImage, resizeLabels } from '../../src/data/resize-image.js';
import { fixture } from '../support/fixtures.js';

describe('resizeImage', () => {
  const source = decodePng(fixture('images/resize-23x17.png'), 'source');
  for (const size of ['46x34', '31x40', '11x9', '5x17', '60x4', '1x1']) {
    it(`matches Pillow at ${size}, except for rounding between the passes`, () => {
      const [width, height] = size.split('x').map(Number);
      const expected = decodePng(fixture(`images/expected/resize-${size}.png`), size);
      const seen = resizeImage(source, width, height);
      assert.deepEqual([seen.width, seen.height], [width, height]);
      // Pillow rounds to whole levels after the first pass, this code only after the second.
      seen.data.forEach((v, i) => assert(Math.abs(v - expected.data[i]) <= 1, String(i)));
    });
  }

  it('keeps an image at its own size, and a flat colour at any size', () => {
    assert.deepEqual(resizeImage(source, source.width, source.height), source);
    const flat = { width: 5, height: 4, data: new Uint8Array(60).fill(201) };
    for (const [width, height] of [
      [7, 9],
      [1, 1],
      [64, 3],
    ] as const) {
      assert(resizeImage(flat, width, height).data.every((v) => v === 201));
    }
  });

  it('rejects invalid sizes', () => {
    assert.throws(() => resizeImage(source, 0, 5), ShapeError);
    assert.throws(() => resizeImage(source, 2.5, 5), ShapeError);
  });
});

describe('resizeLabels', () => {
  const labels = { width: 3, height: 2, data: Uint8Array.of(1, 2, 3, 4, 5, 255) };

  it('uses the label under the centre of each pixel', () => {
    const doubled = resizeLabels(labels, 6, 2);
    assert.deepEqual([...doubled.data], [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 255, 255]);
    assert.deepEqual([...resizeLabels(labels, 1, 1).data], [5]);
    assert.deepEqual(resizeLabels(labels, 3, 2), labels);
  });

  it('returns only existing labels', () => {
    for (let width = 1; width < 40; width++) {
      const { data } = resizeLabels(labels, width, 41 - width);
      assert(data.every((label) => labels.data.includes(label)));
    }
  });
});
