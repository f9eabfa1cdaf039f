import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { PNG } from 'pngjs';
import { ParseError, ShapeError } from '../../src/core/errors.js';
import { createRng } from '../../src/core/rng.js';
import type { LabelMap } from '../../src/data/image.js';
import { decodeLabels, encodeIndexedPng } from '../../src/data/indexed-png.js';
import { decodePng } from '../../src/data/png.js';
import { VOC_PALETTE } from '../../src/data/palette.js';
import { SEED, upTo } from '../support/arbitraries.js';
import { badFiles, expectedPng, imageFiles } from '../support/corpus.js';
import { fixture } from '../support/fixtures.js';
import { fuzzRuns, mutate, repairChecksums, replaceRows } from '../support/mutate.js';
import { sharedFile } from '../support/shared.js';

const labels: fc.Arbitrary<LabelMap> = fc
  .tuple(upTo(40), upTo(12))
  .chain(([width, height]) =>
    fc
      .uint8Array({ minLength: width * height, maxLength: width * height })
      .map((data) => ({ width, height, data })),
  );

describe('indexed PNG', () => {
  it('round-trips labels', () => {
    fc.assert(
      fc.property(labels, (given) => {
        assert.deepEqual(decodeLabels(encodeIndexedPng(given, VOC_PALETTE), 'x'), given);
      }),
      { seed: SEED, numRuns: 300 },
    );
  });

  it('writes palette colours that another decoder shows', () => {
    const data = Uint8Array.from({ length: 256 }, (_, i) => i);
    const png = encodeIndexedPng({ width: 16, height: 16, data }, VOC_PALETTE);
    const rgba = PNG.sync.read(Buffer.from(png)).data;
    const colours = Array.from(rgba).filter((_, i) => i % 4 < 3);
    assert.deepEqual(Uint8Array.from(colours), VOC_PALETTE);
  });

  for (const file of imageFiles('labels-')) {
    it(`reads the stored values of ${file}`, () => {
      const seen = decodeLabels(fixture(`images/${file}`), file);
      assert.deepEqual(seen, decodeLabels(expectedPng(file), 'expected'));
      assert(new Set(seen.data).size > 1);
    });
  }

  it('undoes every filter like pngjs', () => {
    const rng = createRng(SEED);
    const labelled = fixture('images/labels-grey-8.png');
    for (let run = 0; run < 300; run++) {
      const png = replaceRows(labelled, (rows) => {
        // Small numbers, so that the three neighbours of the Paeth filter often tie.
        rows.forEach((_, i) => (rows[i] = i % 12 === 0 ? rng.integer(5) : rng.integer(4)));
        return rows;
      });
      const rgb = decodePng(png, 'x').data;
      assert.deepEqual(
        decodeLabels(png, 'x').data,
        rgb.filter((_, i) => i % 3 === 0),
      );
    }
  });

  it('rejects other images and states the reason', () => {
    const reasons: [string, RegExp][] = [
      ['png-labels-in-color', /it stores colours/],
      ['png-labels-16-bit', /it has 16 bits/],
      ['png-labels-interlaced', /it is interlaced/],
      ['png-claims-20000x20000', /too many pixels/],
    ];
    for (const [file, reason] of reasons) {
      const bytes = fixture(`bad/${file}.png`);
      assert.throws(() => decodeLabels(bytes, file), { name: 'ParseError', message: reason });
    }
  });

  for (const file of badFiles('png-').filter((name) => !name.includes('index-outside'))) {
    it(`rejects ${file}`, () => {
      assert.throws(() => decodeLabels(fixture(`bad/${file}`), file), ParseError);
    });
  }

  it('throws an error or returns whole labels for damage with valid checksums', () => {
    const png = encodeIndexedPng({ width: 1, height: 1, data: Uint8Array.of(7) }, VOC_PALETTE);
    const rng = createRng(SEED);
    const reasons = new Set<string>();
    for (let run = 0; run < fuzzRuns(4000); run++) {
      try {
        const seen = decodeLabels(repairChecksums(mutate(png, rng)), 'x');
        assert.equal(seen.data.length, seen.width * seen.height);
      } catch (error) {
        assert(error instanceof ParseError, String(error));
        reasons.add(error.message.replace(/\d+/g, 'N'));
      }
    }
    assert(reasons.size > 10, `${String(reasons.size)} reasons`);
  });

  it('rejects labels without a size or colours', () => {
    const data = Uint8Array.of(0, 1, 2);
    assert.throws(() => encodeIndexedPng({ width: 2, height: 2, data }, VOC_PALETTE), ShapeError);
    assert.throws(() => encodeIndexedPng({ width: 0, height: 0, data }, VOC_PALETTE), ShapeError);
    assert.throws(
      () => encodeIndexedPng({ width: 3, height: 1, data }, VOC_PALETTE.slice(0, 6)),
      /missing palette colour 2/,
    );
  });

  it("reads a label map of PASCAL VOC like the authors' demo", function () {
    const path = sharedFile(this, 'golden/published/fcn8s-demo/label.png');
    const { width, height, data } = decodeLabels(readFileSync(path), path);
    assert.deepEqual([width, height], [334, 500]);
    const counts = new Map<number, number>();
    for (const label of data) counts.set(label, (counts.get(label) ?? 0) + 1);
    const expected = new Map([
      [0, 54389],
      [2, 34183],
      [15, 61143],
      [255, 17285],
    ]);
    assert.deepEqual(counts, expected);
  });
});
