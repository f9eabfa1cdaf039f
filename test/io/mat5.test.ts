import assert from 'node:assert/strict';
import type { NamedArray } from '../../src/core/named-arrays.js';
import { memorySource } from '../../src/io/byte-source.js';
import { toFloat32 } from '../../src/io/elements.js';
import { readMat5 } from '../../src/io/mat5.js';
import type { MatValue } from '../../src/io/mat5-values.js';
import { columnMajorStrides, toRowMajor } from '../../src/io/strided.js';
import { badFiles } from '../support/corpus.js';
import { fixture } from '../support/fixtures.js';
import {
  assertRefused,
  assertSameArrays,
  expectedWeights,
  weightSource,
} from '../support/weight-files.js';

/** The arrays of a file by the names that are expected, row-major. */
function arraysOf(file: string): Map<string, NamedArray> {
  const variables = readMat5(weightSource(file));
  return new Map(
    Array.from(expectedWeights(file).keys(), (name) => {
      const value = variables.get(name);
      assert(value?.kind === 'numbers', name);
      const { shape, data } = value;
      const layout = { shape, strides: columnMajorStrides(shape), offset: 0 };
      return [name, { shape, data: toFloat32(toRowMajor(data, layout)) }];
    }),
  );
}

function numberOf(value: MatValue | undefined): number {
  assert(value?.kind === 'numbers');
  return Number(value.data[0]);
}

describe('MAT-files', () => {
  for (const file of ['scipy-plain.mat', 'scipy-compressed.mat', 'octave.mat']) {
    it(`reads numbers, texts, cells and structs of ${file}`, () => {
      assertSameArrays(arraysOf(file), expectedWeights(file));
      const variables = readMat5(weightSource(file));
      assert.deepEqual(variables.get('text'), { kind: 'text', text: 'fcn8s' });
      const cells = variables.get('cells');
      assert(cells?.kind === 'cell');
      assert.deepEqual(cells.shape, [1, 2]);
      assert.deepEqual(cells.items[1], { kind: 'text', text: 'x' });
      const record = variables.get('record');
      assert(record?.kind === 'struct');
      const deep = record.items[0].get('deep');
      assert(deep?.kind === 'struct');
      assert.equal(numberOf(deep.items[0].get('er')), 7);
    });
  }

  it('rejects damaged, inconsistent and unsupported files, and decompression bombs', () => {
    const damaged = badFiles('mat-');
    assert(damaged.length >= 25);
    for (const file of damaged) assertRefused(file, readMat5);
  });

  it('states the reason for each rejection', () => {
    const reasons: [string, RegExp][] = [
      ['bomb-of-100-megabytes', /damaged compressed variable: Cannot create a Buffer larger than/],
      ['function-handle', /unsupported class \(got function handle\)/],
      ['nested-100-deep', /nest too deep/],
      ['cells-beyond-the-file', /1125899906842624 matrices exceed the remaining bytes/],
      ['variable-twice', /duplicate variable "a"/],
      ['big-endian', /unsupported byte order/],
      [
        'version-7.3',
        /version 7\.3 \(HDF5\) is unsupported; load the file in MATLAB and save\(file, '-v7'/,
      ],
      ['cells-100000', /too many matrices/],
      ['struct-of-a-million-fields', /too many fields of a struct/],
      ['text-of-10-million-letters', /text too long \(got 10000000 bytes/],
    ];
    for (const [file, reason] of reasons) {
      const source = memorySource(fixture(`bad/mat-${file}.mat`), file);
      assert.throws(() => readMat5(source), reason);
    }
  });
});
