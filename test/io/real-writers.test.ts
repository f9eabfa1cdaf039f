import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { numel, type Shape } from '../../src/core/shape.js';
import { memorySource, type ByteSource } from '../../src/io/byte-source.js';
import { toFloat32, type TypedArray } from '../../src/io/elements.js';
import { openHdf5 } from '../../src/io/hdf5/open.js';
import { readMat5 } from '../../src/io/mat5.js';
import { readNpz } from '../../src/io/npz.js';
import { columnMajorStrides, toRowMajor } from '../../src/io/strided.js';
import { scratchFolder } from '../cli/run-cli.js';
import { skip } from '../support/skip.js';

const PYTHON = '/usr/bin/python3';
const OCTAVE = '/usr/bin/octave-cli';

/** Every array holds i · 37 mod 101 at its i-th place, row-major: exact in every type, and in no order by chance. */
const PRELUDE = `
import sys, numpy as np
folder = sys.argv[1]
def ramp(shape, kind):
    return (np.arange(int(np.prod(shape))) * 37 % 101).astype(kind).reshape(shape)
KINDS = ['i1', 'u1', 'i2', 'u2', 'i4', 'u4', 'i8', 'u8', 'f4', 'f8']
`;

/** What each package writes, by its name. */
const PROGRAMS = {
  scipy: `${PRELUDE}
import scipy.io
arrays = {'a_' + kind: ramp((3, 5), kind) for kind in KINDS}
arrays['cube'] = ramp((2, 3, 4), 'f4')
for name, compress in [('plain', False), ('packed', True)]:
    scipy.io.savemat(f'{folder}/{name}.mat', arrays, do_compression=compress, long_field_names=True)
scipy.io.savemat(f'{folder}/version-4.mat', {'a': ramp((3, 5), 'f8')}, format='4')
`,
  numpy: `${PRELUDE}
arrays = {order + kind: ramp((3, 5), order + kind) for kind in KINDS + ['f2'] for order in '<>'}
arrays['fortran'] = np.asfortranarray(ramp((2, 3, 4), 'f4'))
arrays['fortran big'] = np.asfortranarray(ramp((4, 3, 2), '>f8'))
arrays['scalar'], arrays['empty'] = np.float32(0), np.zeros((0, 3), 'f4')
np.savez(folder + '/plain.npz', **arrays)
np.savez_compressed(folder + '/packed.npz', **arrays)
`,
  h5py: `${PRELUDE}
import h5py
for name in ('earliest', 'v108', 'latest'):
    options = {'libver': name if name != 'v108' else ('v108', 'v108')}
    with h5py.File(f'{folder}/{name}.h5', 'w', **options) as file:
        for kind in KINDS + ['f2']:
            for order in '<>':
                file[f'kinds/{order}{kind}'] = ramp((3, 5), order + kind)
        for chunks in [(1, 1), (2, 3), (7, 9)]:
            for shuffle in (False, True):
                file.create_dataset(f'chunks/{chunks[0]}x{chunks[1]} {shuffle}', data=ramp((7, 9), 'f4'),
                                    chunks=chunks, compression='gzip', shuffle=shuffle)
        file.create_dataset('chunks/pages', data=ramp((3000,), 'i2'), chunks=(2,))
        # So many long names that a heap of them has tables in its table, and their tree three levels.
        for i in range(4000):
            file.create_group(f'many/{i:05}' + 'x' * 150)
        file['many/last'] = ramp((2, 2), 'f4')
`,
} as const;

/** What octave writes. Its numbers are doubles unless they are told otherwise. */
const OCTAVE_PROGRAM = `
ramp = @(rows, columns) mod(reshape(0:rows * columns - 1, columns, rows)' * 37, 101);
a_f8 = ramp(3, 5); a_f4 = single(ramp(3, 5)); a_i2 = int16(ramp(3, 5)); a_u8 = uint64(ramp(3, 5));
text = 'fcn8s'; record.inner.cells = {1, 'x'};
for version = {'-v6', '-v7'}
  save(version{1}, [folder '/octave' version{1} '.mat'], 'a_f8', 'a_f4', 'a_i2', 'a_u8', 'text', 'record');
end
`;

function ramp(shape: Shape): Float32Array {
  return Float32Array.from({ length: numel(shape) }, (_, i) => (i * 37) % 101);
}

function assertRamp(name: string, shape: Shape, numbers: TypedArray): void {
  assert.deepEqual(toFloat32(numbers), ramp(shape), name);
}

/** Checks every array of numbers of a MAT-file, and returns their names. */
function checkMat(source: ByteSource): readonly string[] {
  const names: string[] = [];
  for (const [name, value] of readMat5(source)) {
    if (value.kind !== 'numbers') continue;
    const { shape, data } = value;
    const layout = { shape, strides: columnMajorStrides(shape), offset: 0 };
    assertRamp(name, shape, toRowMajor(data, layout));
    names.push(name);
  }
  return names;
}

describe('files that reference packages write', function () {
  this.timeout(60_000);
  const folder = scratchFolder();
  const open = (file: string): ByteSource =>
    memorySource(readFileSync(join(folder.path, file)), file);

  /** Runs what a package writes, or skips the test where the package is missing. */
  function write(context: Mocha.Context, name: keyof typeof PROGRAMS): void {
    const probe = `import importlib.util as u; exit(not u.find_spec("${name}"))`;
    if (spawnSync(PYTHON, ['-c', probe]).status !== 0) {
      skip(context, `no python3-${name} of Debian at ${PYTHON}`);
    }
    execFileSync(PYTHON, ['-c', PROGRAMS[name], folder.path], { stdio: 'pipe' });
  }

  it('of scipy: MAT-files of level 5, compressed or not; level 4 is rejected', function () {
    write(this, 'scipy');
    for (const file of ['plain.mat', 'packed.mat']) {
      assert.equal(checkMat(open(file)).length, 11, file);
    }
    assert.throws(() => readMat5(open('version-4.mat')), { name: 'ParseError' });
  });

  it('of octave: MAT-files of versions 6 and 7', function () {
    if (spawnSync(OCTAVE, ['--version']).status !== 0) skip(this, `no octave at ${OCTAVE}`);
    const program = `folder = '${folder.path}'; ${OCTAVE_PROGRAM}`;
    execFileSync(OCTAVE, ['--norc', '--eval', program], { stdio: 'pipe' });
    for (const file of ['octave-v6.mat', 'octave-v7.mat']) {
      assert.deepEqual(checkMat(open(file)).toSorted(), ['a_f4', 'a_f8', 'a_i2', 'a_u8'], file);
      const variables = readMat5(open(file));
      assert.deepEqual(variables.get('text'), { kind: 'text', text: 'fcn8s' });
      assert.equal(variables.get('record')?.kind, 'struct');
    }
  });

  it('of NumPy: archives, every type in both byte orders, Fortran order', function () {
    write(this, 'numpy');
    for (const file of ['plain.npz', 'packed.npz']) {
      const arrays = readNpz(open(file));
      assert.equal(arrays.size, 26, file);
      for (const [name, { shape, data }] of arrays) assertRamp(`${file}: ${name}`, shape, data);
    }
  });

  it('of h5py: every kind of superblock, group, chunk index and number', function () {
    write(this, 'h5py');
    for (const file of ['earliest.h5', 'v108.h5', 'latest.h5']) {
      const datasets = openHdf5(open(file));
      assert.equal(datasets.size, 22 + 6 + 2, file);
      for (const [path, dataset] of datasets)
        assertRamp(`${file}: ${path}`, dataset.shape, dataset.numbers());
    }
  });
});
