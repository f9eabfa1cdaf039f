import assert from 'node:assert/strict';
import { ParseError } from '../../src/core/errors.js';
import { createRng } from '../../src/core/rng.js';
import { decodeImage } from '../../src/data/decode-image.js';
import type { RgbImage } from '../../src/data/image.js';
import { SEED } from '../support/arbitraries.js';
import { badFiles, expectedPng, imageFiles } from '../support/corpus.js';
import { fixture } from '../support/fixtures.js';
import { fuzzRuns, mutate, mutateRows, repairChecksums } from '../support/mutate.js';

const PNG_KINDS = ['grey', 'rgb', 'palette', 'png-called'];

function pairOf(file: string): { seen: RgbImage; expected: RgbImage } {
  return {
    seen: decodeImage(fixture(`images/${file}`), file),
    expected: decodeImage(expectedPng(file), `expected ${file}`),
  };
}

/** Decodes, or gives the error, which must be of the kind files are refused with. */
function attempt(bytes: Uint8Array, source: string): RgbImage | null {
  try {
    const image = decodeImage(bytes, source);
    assert(image.width >= 1 && image.height >= 1);
    assert.equal(image.data.length, 3 * image.width * image.height);
    return image;
  } catch (error) {
    assert(error instanceof ParseError && error.source === source, String(error));
    return null;
  }
}

describe('decodeImage', () => {
  const pngs = imageFiles(...PNG_KINDS);
  it('tests at least 40 PNG files', () => assert(pngs.length >= 40));
  for (const file of pngs) {
    it(`decodes the exact pixels of ${file}`, () => {
      const { seen, expected } = pairOf(file);
      assert.deepEqual(seen, expected);
    });
  }

  const jpegs = imageFiles('jpeg-');
  it('tests at least 35 JPEG files', () => assert(jpegs.length >= 35));
  for (const file of jpegs) {
    it(`decodes ${file} to the bytes of libjpeg-turbo in Pillow`, () => {
      const { seen, expected } = pairOf(file);
      assert.deepEqual(seen, expected);
    });
  }

  const damaged = badFiles('png-', 'jpeg-', 'gif', 'empty').filter(
    (file) => !file.includes('labels'),
  );
  it('tests at least 40 damaged files', () => assert(damaged.length >= 40));
  for (const file of damaged) {
    it(`rejects ${file}`, () => assert.equal(attempt(fixture(`bad/${file}`), file), null));
  }

  it('states the reason for each rejection', () => {
    const reasons: [string, RegExp][] = [
      ['empty.png', /the file is empty/],
      ['gif.jpg', /unsupported image \(got a GIF file, expected PNG or JPEG\)/],
      ['png-truncated.png', /truncated: the IDAT chunk/],
      ['png-wrong-crc.png', /wrong CRC of the IDAT chunk/],
      ['png-idat-bomb.png', /too many pixels for the size in the header/],
      ['png-idat-bomb-interlaced.png', /too many pixels for the size in the header/],
      ['png-too-few-rows.png', /too few pixels/],
      ['png-claims-8000x8000-without-pixels.png', /cannot hold 8000×8000/],
      ['png-trailing-bytes.png', /unexpected bytes after the IEND chunk \(got 8\)/],
      ['jpeg-truncated.jpg', /truncated: no end marker/],
      ['jpeg-no-end-marker.jpg', /truncated: no end marker/],
      ['jpeg-truncated-then-closed.jpg', /damaged JPEG data: premature end of data segment/],
      ['jpeg-extraneous-bytes.jpg', /damaged JPEG data: \d+ extraneous bytes before marker 0xd9/],
      ['jpeg-no-huffman-tables.jpg', /a Huffman table that the scan uses is missing/],
      [
        'jpeg-progressive-without-last-scan.jpg',
        /the last scans of a progressive image are missing/,
      ],
      ['jpeg-60-scans-of-8000x8000.jpg', /more scans than an image of this size may have/],
      ['jpeg-restarts-cut-at-first.jpg', /restart markers are missing \(got 1, expected 3\)/],
      ['jpeg-restarts-cut-before-first.jpg', /restart markers are missing \(got 0, expected 3\)/],
      ['jpeg-restarts-one-missing.jpg', /restart marker out of order \(got 1, expected 0\)/],
      ['jpeg-restarts-swapped.jpg', /restart marker out of order \(got 1, expected 0\)/],
      ['jpeg-restarts-one-too-many.jpg', /unexpected restart marker \(expected 3 in the scan\)/],
      ['jpeg-only-first-component.jpg', /a colour component has no data/],
      ['jpeg-claims-7000x9000-without-pixels.jpg', /cannot hold 7000×9000/],
      ['jpeg-a-thousand-scans.jpg', /more than 64 scans/],
      ['jpeg-huffman-table-past-segment.jpg', /damaged table/],
      ['jpeg-quantization-table-past-segment.jpg', /damaged table/],
      ['jpeg-arithmetic.jpg', /unsupported arithmetic coding/],
    ];
    for (const [file, reason] of reasons) {
      assert.throws(() => decodeImage(fixture(`bad/${file}`), file), reason);
    }
    assert.throws(() => decodeImage(Buffer.from('<html>'), 'x'), /got an unknown format/);
    assert.throws(() => decodeImage(Buffer.from('RIFF....WEBPVP8 '), 'x'), /a WebP file/);
  });

  it('rejects 20000×20000 pixels by the header alone', function () {
    this.timeout(1000); // takes under 1 ms; decoding would take 20 s and 1.6 GB
    const bytes = fixture('bad/png-claims-20000x20000.png');
    assert.throws(() => decodeImage(bytes, 'x'), { offset: 8, message: /too many pixels/ });
    assert.throws(() => decodeImage(bytes.slice(0, 33), 'x'), { message: /too many pixels/ });
    const jpeg = fixture('bad/jpeg-claims-65535x65535.jpg');
    assert.throws(() => decodeImage(jpeg, 'x'), { message: /too many pixels \(got 65535×65535/ });
  });

  it('accepts a pixel limit; NaN rejects every image', () => {
    const png = fixture('images/rgb-8.png'); // 19×13 = 247
    assert.equal(decodeImage(png, 'x', { limitPixels: 247 }).width, 19);
    assert.throws(
      () => decodeImage(png, 'x', { limitPixels: 246 }),
      /too many pixels \(got 19×13, expected at most 246\)/,
    );
    assert.throws(() => decodeImage(png, 'x', { limitPixels: NaN }), ParseError);
    const jpeg = fixture('images/jpeg-444.jpg'); // 37×26 = 962
    assert.equal(decodeImage(jpeg, 'x', { limitPixels: 962 }).width, 37);
    assert.throws(
      () => decodeImage(jpeg, 'x', { limitPixels: 961 }),
      /too many pixels \(got 37×26, expected at most 961\)/,
    );
  });

  it('reads a file from the middle of a buffer', () => {
    for (const file of ['rgb-8.png', 'jpeg-444.jpg']) {
      const bytes = fixture(`images/${file}`);
      const wide = new Uint8Array(bytes.length + 9).fill(0xd9);
      wide.set(bytes, 5);
      const inside = wide.subarray(5, 5 + bytes.length);
      assert.deepEqual(decodeImage(inside, file), decodeImage(bytes, file));
    }
  });

  it('rejects a PNG with any bit flipped', () => {
    const png = fixture('images/palette-2.png');
    for (let bit = 0; bit < 8 * png.length; bit++) {
      const flipped = Uint8Array.from(png);
      flipped[bit >> 3] ^= 1 << (bit & 7);
      assert.equal(attempt(flipped, 'x'), null, `bit ${String(bit)}`);
    }
  });

  it('throws an error or returns a whole image for damage with valid checksums', () => {
    const rng = createRng(SEED);
    const files = [...pngs, ...badFiles('png-').filter((file) => !/claims|bomb/.test(file))];
    const outcomes = { whole: 0, refused: 0 };
    for (let run = 0; run < fuzzRuns(2000); run++) {
      const file = files[run % files.length];
      const bytes = fixture(`${pngs.includes(file) ? 'images' : 'bad'}/${file}`);
      const image = attempt(repairChecksums(mutate(bytes, rng)), file);
      outcomes[image === null ? 'refused' : 'whole']++;
    }
    assert(outcomes.whole > 50 && outcomes.refused > 500, JSON.stringify(outcomes));
  });

  it('throws an error or returns a whole image for damaged pixel rows', () => {
    const rng = createRng(SEED);
    const files = pngs.map((file) => fixture(`images/${file}`));
    const outcomes = { whole: 0, refused: 0 };
    for (let run = 0; run < fuzzRuns(2000); run++) {
      const image = attempt(mutateRows(files[run % files.length], rng), 'x');
      outcomes[image === null ? 'refused' : 'whole']++;
    }
    assert(outcomes.whole > 700 && outcomes.refused > 300, JSON.stringify(outcomes));
  });

  it('throws an error or returns a whole image for damaged JPEG', () => {
    const rng = createRng(SEED);
    const files = imageFiles('jpeg-').map((file) => fixture(`images/${file}`));
    const outcomes = { whole: 0, refused: 0 };
    for (let run = 0; run < fuzzRuns(3000); run++) {
      const image = attempt(mutate(files[run % files.length], rng), 'x');
      outcomes[image === null ? 'refused' : 'whole']++;
    }
    assert(outcomes.whole > 300 && outcomes.refused > 300, JSON.stringify(outcomes));
  });

  it('throws an error or returns a whole image for spliced files', () => {
    const rng = createRng(SEED);
    const files = [...imageFiles('jpeg-'), ...pngs].map((file) => fixture(`images/${file}`));
    for (let run = 0; run < fuzzRuns(1000); run++) {
      const head = files[rng.integer(files.length)];
      const tail = files[rng.integer(files.length)];
      const cut = rng.integer(head.length);
      const joined = Buffer.concat([
        head.subarray(0, cut),
        tail.subarray(rng.integer(tail.length)),
      ]);
      attempt(run % 2 === 0 ? joined : repairChecksums(joined), 'x');
    }
  });
});
