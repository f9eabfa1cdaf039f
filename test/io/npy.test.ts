import assert from 'node:assert/strict';
import fc from 'fast-check';
import { numel } from '../../src/core/shape.js';
import { memorySource } from '../../src/io/byte-source.js';
import { toFloat32 } from '../../src/io/elements.js';
import { readNpy, writeNpy } from '../../src/io/npy.js';
import { SEED } from '../support/arbitraries.js';
import { badFiles } from '../support/corpus.js';
import { fixture } from '../support/fixtures.js';
import {
  assertRefused,
  assertSameArrays,
  expectedWeights,
  weightFiles,
  weightSource,
} from '../support/weight-files.js';

describe('.npy', () => {
  for (const file of weightFiles('.npy')) {
    it(`reads ${file}`, () => {
      const { shape, data } = readNpy(weightSource(file));
      assertSameArrays(new Map([['', { shape, data: toFloat32(data) }]]), expectedWeights(file));
    });
  }

  it('reads integers and doubles exactly', () => {
    assert.equal(readNpy(weightSource('u8.npy')).data[23], 20n);
    assert(readNpy(weightSource('f8.npy')).data instanceof Float64Array);
    assert(readNpy(weightSource('bool.npy')).data instanceof Uint8Array);
  });

  it('writes the same bytes as NumPy', () => {
    for (const file of [
      'f4',
      'f8',
      'scalar',
      'empty',
      'i1',
      'u1',
      'i2',
      'u2',
      'i4',
      'u4',
      'i8',
      'u8',
    ]) {
      const bytes = fixture(`weights/${file}.npy`);
      const written = writeNpy(readNpy(memorySource(bytes, file)));
      assert.deepEqual(Buffer.from(written), Buffer.from(bytes), file);
    }
  });

  it('round-trips every shape and bit', () => {
    const shapes = fc.array(fc.nat(4), { maxLength: 5 });
    const arrays = shapes.chain((shape) =>
      fc
        .float32Array({ minLength: numel(shape), maxLength: numel(shape) })
        .map((data) => ({ shape, data })),
    );
    fc.assert(
      fc.property(arrays, (array) => {
        assert.deepEqual(readNpy(memorySource(writeNpy(array), 'x')), array);
      }),
      { seed: SEED },
    );
    assert.throws(() => writeNpy({ shape: [2], data: new Float32Array(1) }), {
      name: 'ShapeError',
    });
  });

  it('rejects wrong signatures, unsupported types and wrong sizes', () => {
    const damaged = badFiles('npy-');
    assert(damaged.length >= 25);
    for (const file of damaged) assertRefused(file, readNpy);
  });

  it('states the reason for each rejection', () => {
    const reasons: [string, RegExp][] = [
      ['object-array', /unsupported number type \(got \|O\)/],
      ['too-few-numbers', /got 24 bytes for shape \[7\] and type <f4/],
      ['code-in-header', /expected a dict of texts, numbers/],
      ['version-4', /unsupported version \(got 4/],
    ];
    for (const [file, reason] of reasons) {
      const source = memorySource(fixture(`bad/npy-${file}.npy`), file);
      assert.throws(() => readNpy(source), reason);
    }
  });
});
