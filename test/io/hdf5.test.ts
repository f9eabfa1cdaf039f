import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import type { NamedArray } from '../../src/core/named-arrays.js';
import { ParseError } from '../../src/core/errors.js';
import { memorySource, type ByteSource } from '../../src/io/byte-source.js';
import { readHdf5Blobs, readHdf5State } from '../../src/io/caffe/hdf5-snapshot.js';
import { toFloat32 } from '../../src/io/elements.js';
import { openHdf5 } from '../../src/io/hdf5/open.js';
import { readSafetensors } from '../../src/io/safetensors.js';
import { badFiles } from '../support/corpus.js';
import { fixture } from '../support/fixtures.js';
import { assertSameArrays } from '../support/weight-files.js';

const FOLDER = new URL('../../fixtures/hdf5/', import.meta.url);

function sourceOf(file: string): ByteSource {
  return memorySource(file, fixture(`hdf5/${file}`));
}

function expected(file: string): ReadonlyMap<string, NamedArray> {
  const path = `hdf5/expected/${file}.safetensors`;
  return readSafetensors(fixture(path), path).arrays;
}

/** What damaged files are refused for, where more than damage could be the reason. */
const REASONS: Readonly<Record<string, RegExp>> = {
  'superblock-3': /superblock version 3/,
  'soft-link': /link is a link/,
  'link-into-another-file': /links into other files/,
  'numbers-in-another-file': /numbers in other files/,
  compound: /class 6/,
  'texts-of-any-length': /class 9/,
  'filter-fletcher32': /filter 3/,
  'filter-lzf': /filter 32000/,
  'bomb-of-100-megabytes': /would take 100000000 bytes/,
  'chunk-missing': /2 chunks where 4 belong/,
  'never-written': /never written/,
  'group-in-itself': /under another name/,
  'tree-in-itself': /hangs on a tree twice|does not end/,
  'header-continues-in-itself': /without an end/,
  'bytes-after-the-end': /says that it ends/,
  'shape-of-2-to-62': /too many numbers/,
  'numbers-past-the-end': /beyond the end/,
  'no-caffe-snapshot': /nothing lies in data/,
  'blob-1-without-0': /none called 0/,
};

describe('HDF5', () => {
  for (const file of readdirSync(FOLDER).filter((name) => name.endsWith('.h5'))) {
    it(`${file} holds what h5py reads from it`, () => {
      const arrays = new Map<string, NamedArray>();
      for (const [path, dataset] of openHdf5(sourceOf(file))) {
        if (dataset.element === null) continue;
        arrays.set(path, { shape: dataset.shape, data: toFloat32(dataset.numbers()) });
      }
      const sorted = [...expected(file)].sort(([a], [b]) => (a < b ? -1 : 1));
      assertSameArrays(new Map([...arrays].sort(([a], [b]) => (a < b ? -1 : 1))), new Map(sorted));
    });
  }

  it('holds texts of a fixed length', () => {
    const datasets = openHdf5(sourceOf('kinds.h5'));
    assert.equal(datasets.get('text')?.text(), 'deploy.prototxt');
    assert.throws(() => datasets.get('text')?.numbers(), ParseError);
    assert.throws(() => datasets.get('scalar')?.text(), ParseError);
  });

  it('leaves numbers in the file where they lie there as they are used', () => {
    const datasets = openHdf5(sourceOf('kinds.h5'));
    const isPlain = (name: string) => datasets.get(name)?.plainAt !== null;
    assert.deepEqual(['little-f4', 'scalar', 'big-f4', 'empty', 'compact'].map(isPlain), [
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  it('is a snapshot of Caffe, blobs in the order of their numbers', () => {
    const blobs = readHdf5Blobs(sourceOf('snapshot.h5'));
    const arrays = expected('snapshot.h5');
    for (const [layer, list] of blobs) {
      list.forEach(({ numbers, shape }, i) => {
        const array = arrays.get(`data/${layer}/${String(i)}`);
        assert.deepEqual({ shape, data: numbers.toFloats() }, array);
      });
    }
    assert.equal(blobs.size, 14);
    const state = readHdf5State(sourceOf('state.h5'));
    assert.deepEqual([state.iteration, state.currentStep], [4000, 2]);
    assert.equal(state.learnedNet, 'snapshot_iter_4000.caffemodel.h5');
    assert.deepEqual(
      state.history.map(({ shape }) => shape),
      Array.from({ length: 12 }, (_, i) => [i + 1]),
    );
    assert.deepEqual([...state.history[11].numbers.toFloats()], new Array(12).fill(11));
    assert.throws(() => readHdf5State(sourceOf('snapshot.h5')), /no solver state: no iter/);
  });

  for (const file of badFiles('hdf5-')) {
    it(`${file} is refused`, () => {
      const name = file.slice('hdf5-'.length, -'.h5'.length);
      const reason = (REASONS[name] as RegExp | undefined) ?? /./;
      const source = memorySource(file, fixture(`bad/${file}`));
      assert.throws(
        () => {
          for (const blobs of readHdf5Blobs(source).values()) {
            for (const { numbers } of blobs) numbers.toFloats();
          }
        },
        (error) => error instanceof ParseError && reason.test(error.message),
      );
    });
  }
});
