import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { decodeImage } from '../../src/data/decode-image.js';
import { fixture } from '../support/fixtures.js';
import { sharedFile } from '../support/shared.js';

const HASHES = Object.entries(
  JSON.parse(new TextDecoder().decode(fixture('jpeg-photos.json'))) as Readonly<
    Record<string, string>
  >,
);

describe('decodeImage of photos', () => {
  it('has photos to decode', () => assert(HASHES.length >= 20));

  it('gives the bytes of Pillow and OpenCV', function () {
    this.timeout(60_000);
    const paths = HASHES.map(([path]) => sharedFile(this, path));
    HASHES.forEach(([path, hash], i) => {
      const { data } = decodeImage(readFileSync(paths[i]), path);
      assert.equal(createHash('sha256').update(data).digest('hex'), hash, path);
    });
  });
});
