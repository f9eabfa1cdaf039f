import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memorySource } from '../../src/io/byte-source.js';
import { toFloat32 } from '../../src/io/elements.js';
import { openFileSource } from '../../src/io/file-source.js';
import type { NpyArray } from '../../src/io/npy.js';
import { readNpz, writeNpz } from '../../src/io/npz.js';
import { openZip } from '../../src/io/zip.js';
import { writeZip } from '../../src/io/zip-writer.js';
import { badFiles } from '../support/corpus.js';
import { fixture } from '../support/fixtures.js';
import {
  assertRefused,
  assertSameArrays,
  expectedWeights,
  weightFiles,
  weightSource,
} from '../support/weight-files.js';

function floats(
  arrays: ReadonlyMap<string, NpyArray>,
): Map<string, { shape: readonly number[]; data: Float32Array }> {
  return new Map(
    Array.from(arrays, ([name, { shape, data }]) => [name, { shape, data: toFloat32(data) }]),
  );
}

/** An archive of 70,000 empty files: more than 16 bits count. */
function archiveOfMany(): Uint8Array {
  const files = Array.from({ length: 70_000 }, (_, i) => ({ name: String(i), content: [] }));
  return Buffer.concat(writeZip(files));
}

describe('.npz', () => {
  for (const file of weightFiles('.npz')) {
    it(`reads ${file}`, () => {
      assertSameArrays(floats(readNpz(weightSource(file))), expectedWeights(file));
    });
  }

  it('round-trips arrays, stored and deflated', () => {
    const arrays = new Map<string, NpyArray>([
      ['a/b', { shape: [2], data: Float64Array.of(1, 2) }],
      ['__proto__', { shape: [], data: BigInt64Array.of(-1n) }],
      ['é', { shape: [0, 2], data: new Int8Array() }],
    ]);
    for (const compress of [false, true]) {
      const file = Buffer.concat(writeNpz(arrays, { compress }));
      assert.deepEqual(readNpz(memorySource(file, 'x')), arrays);
      assert.deepEqual(Buffer.concat(writeNpz(arrays, { compress })), file);
    }
  });

  it('reads archives in place from a file, and throws if the file shrinks', () => {
    const folder = mkdtempSync(join(tmpdir(), 'fcn-npz-'));
    try {
      const path = join(folder, 'a.npz');
      writeFileSync(path, fixture('weights/stored.npz'));
      const source = openFileSource(path);
      assertSameArrays(floats(readNpz(source)), expectedWeights('stored.npz'));
      truncateSync(path, 100);
      assert.throws(() => readNpz(source), { name: 'ParseError', message: /became shorter/ });
      source.close();
      assert.throws(() => openFileSource(folder), /not a file/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('reads more files than 16 bits can count (zip64)', () => {
    assert.equal(openZip(memorySource(archiveOfMany(), 'x')).entries.size, 70_000);
  });

  it('rejects damaged and inconsistent files, and decompression bombs', () => {
    const damaged = badFiles('npz-');
    assert(damaged.length >= 24);
    for (const file of damaged) assertRefused(file, readNpz);
  });

  it('states the reason for each rejection', () => {
    const reasons: [string, RegExp][] = [
      ['wrong-checksum', /"a\.npy" in the archive is damaged: wrong checksum/],
      ['bomb-of-100-megabytes', /too large when inflated \(got 104857600 bytes/],
      ['bomb-that-says-100-bytes', /is damaged: /],
      ['entries-overlap', /overlaps/],
      ['hidden-bytes', /belong to no file/],
      ['bytes-before', /wrong position of the zip directory|belong to no file/],
      ['encrypted', /"a\.npy" is encrypted/],
      ['array-in-a-folder-above', /unexpected file "\.\.\/\.\.\/etc\/passwd"/],
    ];
    for (const [file, reason] of reasons) {
      const source = memorySource(fixture(`bad/npz-${file}.npz`), file);
      assert.throws(() => readNpz(source), reason);
    }
  });
});
