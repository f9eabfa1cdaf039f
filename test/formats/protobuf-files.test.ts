import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FcnError } from '../../src/core/errors.js';
import { createRng } from '../../src/core/rng.js';
import { openWeights } from '../../src/formats/open-weights.js';
import type { OnnxTensor } from '../../src/io/onnx/model.js';
import { writeOnnx } from '../../src/io/onnx/write-model.js';
import { SEED } from '../support/arbitraries.js';
import { assertSameBits } from '../support/close.js';
import { fixture } from '../support/fixtures.js';
import { fuzzRuns, mutate } from '../support/mutate.js';
import { readNpz } from '../support/npz.js';
import { sharedFile } from '../support/shared.js';

/** Name in this library of a Caffe parameter such as `conv1_1.0`. */
function ownName(key: string): string {
  return key.replace(/\.0$/, '.weight').replace(/\.1$/, '.bias');
}

describe('weights in protobuf files', () => {
  it('are the same numbers in every version of the caffemodel format', function () {
    const folder = sharedFile(this, 'golden/caffe/formats/weights');
    const variants: [file: string, expected: string, factor: number][] = [
      ...['v2', 'v1', 'v0', 'unpacked', 'chunks', 'v2_legacy_shape', 'v2_with_diff'].map(
        (file): [string, string, number] => [file, 'expected', 1],
      ),
      ['double', 'expected_double', 1],
      ['v2_data_and_double', 'expected', 2],
    ];
    for (const [file, golden, factor] of variants) {
      const { kind, arrays } = openWeights(join(folder, `${file}.caffemodel`));
      assert.equal(kind, 'caffe', file);
      const expected = [...readNpz(join(folder, `${golden}.npz`))].filter(([key]) =>
        /\.[01]$/.test(key),
      );
      assert.deepEqual(
        [...arrays.keys()],
        expected.map(([key]) => ownName(key)),
        file,
      );
      for (const [key, { shape, data }] of expected) {
        const array = arrays.get(ownName(key));
        assert.deepEqual(array?.shape, shape, `${file} ${key}`);
        assertSameBits(
          `${file} ${key}`,
          array.data,
          data.map((value) => factor * value),
        );
      }
    }
  });

  it('have the names that an ONNX file gives them', () => {
    const { arrays, notes } = openWeights(fixture('onnx/fcn-narrow-12.onnx'));
    assert.deepEqual(arrays.get('classifier.4.bias')?.shape, [5]);
    assert.deepEqual(notes, []);
  });

  it('exclude the integers of an ONNX file, with a note', () => {
    const sizes: OnnxTensor = {
      ...{ name: 'sizes', dims: [2], type: 'int64', data: Float64Array.of(1, 2) },
    };
    const slope: OnnxTensor = {
      name: 'slope',
      dims: [1],
      type: 'float64',
      data: Float64Array.of(0.1),
    };
    const file = writeOnnx({
      ...{ irVersion: 8, producer: '', opsets: new Map([['', 13]]) },
      graph: {
        ...{ name: 'g', nodes: [], inputs: [], outputs: [] },
        initializers: new Map([
          ['sizes', sizes],
          ['slope', slope],
        ]),
      },
    });
    const { arrays, notes } = openWeights(Buffer.concat(file));
    assert.deepEqual([...arrays], [['slope', { shape: [1], data: Float32Array.of(0.1) }]]);
    assert.deepEqual(notes, ['left out (not floats): sizes']);
  });

  it('are not read from other protobuf files', function () {
    const folder = sharedFile(this, 'golden/caffe/formats');
    for (const file of [
      'weights/mean.binaryproto',
      'solverstate/tiny_binaryproto_iter_5.solverstate',
    ]) {
      const bytes = readFileSync(join(folder, file));
      assert.throws(() => openWeights(bytes), /no weights \(got/, file);
    }
  });

  for (const file of ['caffe/tiny.caffemodel', 'onnx/fcn-narrow-12.onnx']) {
    it(`are refused or read completely if ${file} is damaged`, () => {
      const rng = createRng(SEED);
      const sound = fixture(file);
      const refusals = new Set<string>();
      for (let i = fuzzRuns(300); i > 0; i--) {
        try {
          openWeights(mutate(sound, rng));
        } catch (error) {
          assert.ok(error instanceof FcnError, String(error));
          refusals.add(error.message);
        }
      }
      assert.ok(refusals.size > 1, file);
    });
  }
});
