import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import type { NamedArray } from '../../src/core/named-arrays.js';
import { ParseError } from '../../src/core/errors.js';
import { memorySource, type ByteSource } from '../../src/io/byte-source.js';
import { readHdf5Blobs, readHdf5State } from '../../src/io/caffe/hdf5-snapshot.js';
import { toFloat32 } from '../../src/io/elements.js';
import { openHdf5 } from '../../src/io/hdf5/open.js';
import { readSafetensors } from '../../src/io/safetensors.js';
import { fixture } from '../support/fixtures.js';
import { assertSameArrays } from '../support/weight-files.js';

const FOLDER = new URL('../../fixtures/hdf5/', import.meta.url);

/** The same content with superblocks 0 to 3, the last of HDF5 1.10 and of 2.0. */
const SNAPSHOTS = [
  'snapshot.h5',
  'superblock-1.h5',
  'superblock-2.h5',
  'snapshot-latest.h5',
  'snapshot-2.0.h5',
];

function sourceOf(file: string): ByteSource {
  return memorySource(fixture(`hdf5/${file}`), file);
}

function expected(file: string): ReadonlyMap<string, NamedArray> {
  const path = `hdf5/expected/${file}.safetensors`;
  return readSafetensors(fixture(path), path).arrays;
}

describe('HDF5', () => {
  for (const file of readdirSync(FOLDER).filter((name) => name.endsWith('.h5'))) {
    it(`reads the same arrays from ${file} as h5py`, () => {
      const arrays = new Map<string, NamedArray>();
      for (const [path, dataset] of openHdf5(sourceOf(file))) {
        if (dataset.element === null) continue;
        arrays.set(path, { shape: dataset.shape, data: toFloat32(dataset.numbers()) });
      }
      const sorted = [...expected(file)].sort(([a], [b]) => (a < b ? -1 : 1));
      assertSameArrays(new Map([...arrays].sort(([a], [b]) => (a < b ? -1 : 1))), new Map(sorted));
    });
  }

  it('reads texts of a fixed length', () => {
    const datasets = openHdf5(sourceOf('kinds.h5'));
    assert.equal(datasets.get('text')?.text(), 'deploy.prototxt');
    assert.throws(() => datasets.get('text')?.numbers(), ParseError);
    assert.throws(() => datasets.get('scalar')?.text(), ParseError);
  });

  it('leaves contiguous little-endian numbers in the file', () => {
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

  it('lists data sets in the order of names, for every group storage', () => {
    for (const file of ['many.h5', 'many-latest.h5', 'ordered.h5', 'ordered-latest.h5']) {
      const paths = [...openHdf5(sourceOf(file)).keys()];
      assert.deepEqual(paths, paths.toSorted(), file);
    }
  });

  for (const file of SNAPSHOTS) {
    it(`reads the Caffe snapshot ${file}, blobs in the order of their numbers`, () => {
      const blobs = readHdf5Blobs(sourceOf(file));
      const arrays = expected(file);
      for (const [layer, list] of blobs) {
        list.forEach(({ numbers, shape }, i) => {
          const array = arrays.get(`data/${layer}/${String(i)}`);
          assert.deepEqual({ shape, data: numbers.toFloats() }, array);
        });
      }
      assert.equal(blobs.size, 14);
      assert.throws(() => readHdf5State(sourceOf(file)), /not a solver state: iter is missing/);
    });
  }

  for (const file of ['state.h5', 'state-latest.h5']) {
    it(`reads the solver state ${file}`, () => {
      const state = readHdf5State(sourceOf(file));
      assert.deepEqual([state.iteration, state.currentStep], [4000, 2]);
      assert.equal(state.learnedNet, 'snapshot_iter_4000.caffemodel.h5');
      assert.deepEqual(
        state.history.map(({ shape }) => shape),
        Array.from({ length: 12 }, (_, i) => [i + 1]),
      );
      assert.deepEqual([...state.history[11].numbers.toFloats()], new Array(12).fill(11));
    });
  }
});
