import assert from 'node:assert/strict';
import { memorySource } from '../../src/io/byte-source.js';
import { readPth } from '../../src/io/pth.js';
import { writePth } from '../../src/io/pth-writer.js';
import { badFiles } from '../support/corpus.js';
import { fixture } from '../support/fixtures.js';
import {
  assertRefused,
  assertSameArrays,
  expectedWeights,
  weightFiles,
  weightSource,
} from '../support/weight-files.js';

describe('files of PyTorch', () => {
  for (const file of weightFiles('.pth')) {
    it(`reads ${file}`, () => {
      assertSameArrays(readPth(weightSource(file)).arrays, expectedWeights(file));
    });
  }

  it('takes the state dict out of a checkpoint and says what it left', () => {
    assert.deepEqual(readPth(weightSource('checkpoint.pth')).notes, [
      'weights taken from "model_state_dict"',
      'left out: epoch, iteration, arch, best_mean_iu, optim_state_dict, large, negative, none, half',
    ]);
  });

  it('names what is no tensor', () => {
    assert.deepEqual(readPth(weightSource('nested.pth')).notes, [
      'size.0 is no tensor',
      'size.1 is no tensor',
      'kind is no tensor',
    ]);
  });

  it('gives no two tensors the same memory', () => {
    const { arrays } = readPth(weightSource('views.pth'));
    const buffers = new Set(Array.from(arrays.values(), ({ data }) => data.buffer));
    assert.equal(buffers.size, arrays.size);
  });

  it('writes what it reads again, the same bytes every time', () => {
    const arrays = expectedWeights('views.pth');
    const file = Buffer.concat(writePth(arrays));
    assertSameArrays(readPth(memorySource(file, 'x')).arrays, arrays);
    assert.deepEqual(Buffer.concat(writePth(arrays)), file);
    assert.throws(() => writePth(new Map([['a', { shape: [2], data: new Float32Array(1) }]])), {
      name: 'ShapeError',
    });
  });

  const damaged = badFiles('pth-');
  it('has damaged files to refuse', () => assert(damaged.length >= 60));
  for (const file of damaged) {
    it(`refuses ${file}`, () => {
      assertRefused(file, readPth);
    });
  }

  it('says why it refuses', () => {
    const reasons: [string, RegExp][] = [
      ['os-system-protocol-2', /posix\.system is not among the names that are read/],
      ['eval-protocol-4', /builtins\.eval is not among/],
      ['obj-opcode', /os\.system is not among/],
      ['inst-opcode', /opcode "i" \(0x69\) is not read/],
      ['repeats-one-number-a-billion-times', /repeat the numbers of storage "0" too often/],
      ['past-its-storage', /ends past its storage/],
      ['tar-layout', /tar layout/],
      ['billion-laughs', /holds no tensors/],
      ['four-million-dicts', /makes more than any file of weights has/],
      ['four-million-marks', /makes more than any file of weights has/],
      ['four-million-memos', /makes more than any file of weights has/],
      ['a-long-list-made-dict-again-and-again', /makes more than any file of weights has/],
      ['a-long-key-of-100000-names', /names are too long/],
      ['legacy-truncated', /storage "\d+" does not fit/],
    ];
    for (const [file, reason] of reasons) {
      const source = memorySource(fixture(`bad/pth-${file}.pth`), file);
      assert.throws(() => readPth(source), reason);
    }
  });
});
