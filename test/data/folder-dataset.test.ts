import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { encodePng } from '../../src/data/encode-png.js';
import { openFolderDataset } from '../../src/data/folder-dataset.js';
import { encodeIndexedPng } from '../../src/data/indexed-png.js';
import { VOC_PALETTE } from '../../src/data/palette.js';
import { fixture } from '../support/fixtures.js';
import { sharedFile } from '../support/shared.js';

const photo = { width: 2, height: 1, data: Uint8Array.of(1, 2, 3, 4, 5, 6) };
const labels = { width: 2, height: 1, data: Uint8Array.of(2, 255) };

describe('folder dataset', () => {
  let folder = '';
  const open = (list = 'train.txt'): ReturnType<typeof openFolderDataset> =>
    openFolderDataset(folder, list, { classes: 3 });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'fcn-dataset-'));
    mkdirSync(join(folder, 'images'));
    mkdirSync(join(folder, 'labels'));
    writeFileSync(join(folder, 'images', 'a.png'), encodePng(photo));
    writeFileSync(join(folder, 'labels', 'a.png'), encodeIndexedPng(labels, VOC_PALETTE));
    writeFileSync(join(folder, 'train.txt'), 'a\r\n\n  a\n');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('loads the samples of the list, in its order', () => {
    const dataset = open();
    assert.deepEqual(dataset.names, ['a', 'a']);
    assert.deepEqual(dataset.load(1), { image: photo, labels });
  });

  it('detects the file type by content, so a PNG may be named .jpg', () => {
    writeFileSync(join(folder, 'images', 'a.jpg'), fixture('images/png-called.jpg'));
    assert.throws(
      () => open().load(0),
      /wrong size of .*a\.png \(got 2×1, expected 9×7 as its image\)/,
    );
  });

  it('reports a missing file when opened', () => {
    assert.throws(() => open('val.txt'), { name: 'FcnError', message: /missing list .*val\.txt/ });
    writeFileSync(join(folder, 'val.txt'), 'a\nb\n');
    assert.throws(() => open('val.txt'), { name: 'FcnError', message: /images.b\.jpg/ });
    writeFileSync(join(folder, 'images', 'b.jpeg'), fixture('images/jpeg-444.jpg'));
    assert.throws(() => open('val.txt'), { name: 'FcnError', message: /labels.b\.png/ });
  });

  it('rejects an empty list and names that are paths', () => {
    writeFileSync(join(folder, 'val.txt'), '\n \n');
    assert.throws(() => open('val.txt'), /empty list/);
    writeFileSync(join(folder, 'val.txt'), '../a\n');
    assert.throws(() => open('val.txt'), /got \.\.\/a, expected a name/);
  });

  it('reports file and pixel of a label that is not a class', () => {
    const wrong = { ...labels, data: Uint8Array.of(0, 3) };
    writeFileSync(join(folder, 'labels', 'a.png'), encodeIndexedPng(wrong, VOC_PALETTE));
    assert.throws(() => open().load(0), {
      name: 'FcnError',
      message: /a\.png at column 1, row 0 \(got 3, expected 0 to 2, or 255\)/,
    });
  });

  it('reports a damaged file when loaded', () => {
    const path = join(folder, 'labels', 'a.png');
    writeFileSync(path, fixture('bad/png-wrong-crc.png'));
    assert.throws(() => open().load(0), { name: 'ParseError', source: path });
  });

  it('opens the cats-and-dogs data', function () {
    const list = sharedFile(this, 'data/pets/val.txt');
    const dataset = openFolderDataset(dirname(list), 'val.txt', { classes: 3 });
    assert.equal(dataset.names.length, 120);
    const { image, labels: classes } = dataset.load(0);
    assert.deepEqual([image.width, image.height, classes.width], [299, 299, 299]);
    assert(classes.data.includes(1));
  });
});
