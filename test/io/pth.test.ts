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

describe('PyTorch files', () => {
  for (const file of weightFiles('.pth')) {
    it(`reads ${file}`, () => {
      assertSameArrays(readPth(weightSource(file)).arrays, expectedWeights(file));
    });
  }

  it('reads the state dict of a checkpoint and lists what it left out', () => {
    assert.deepEqual(readPth(weightSource('checkpoint.pth')).notes, [
      'weights taken from "model_state_dict"',
      'left out: epoch, iteration, arch, best_mean_iu, optim_state_dict, large, negative, none, half',
    ]);
  });

  it('lists values that are not tensors', () => {
    assert.deepEqual(readPth(weightSource('nested.pth')).notes, [
      'size.0 is not a tensor',
      'size.1 is not a tensor',
      'kind is not a tensor',
    ]);
  });

  it('returns tensors that share no memory', () => {
    const { arrays } = readPth(weightSource('views.pth'));
    const buffers = new Set(Array.from(arrays.values(), ({ data }) => data.buffer));
    assert.equal(buffers.size, arrays.size);
  });

  it('writes files that it reads back, with the same bytes every time', () => {
    const arrays = expectedWeights('views.pth');
    const file = Buffer.concat(writePth(arrays));
    assertSameArrays(readPth(memorySource(file, 'x')).arrays, arrays);
    assert.deepEqual(Buffer.concat(writePth(arrays)), file);
    assert.throws(() => writePth(new Map([['a', { shape: [2], data: new Float32Array(1) }]])), {
      name: 'ShapeError',
    });
  });

  const damaged = badFiles('pth-');
  it('tests at least 60 damaged files', () => assert(damaged.length >= 60));
  for (const file of damaged) {
    it(`rejects ${file}`, () => {
      assertRefused(file, readPth);
    });
  }

  it('states the reason for each rejection', () => {
    const reasons: [string, RegExp][] = [
      ['os-system-protocol-2', /unsupported name posix\.system/],
      ['eval-protocol-4', /unsupported name builtins\.eval/],
      ['obj-opcode', /unsupported name os\.system/],
      ['inst-opcode', /unsupported opcode "i" \(0x69\)/],
      ['repeats-one-number-a-billion-times', /too many repeated numbers of storage "0"/],
      ['past-its-storage', /tensor exceeds its storage/],
      ['tar-layout', /tar layout/],
      ['billion-laughs', /no tensors in the file/],
      ['four-million-dicts', /too many values/],
      ['four-million-marks', /too many values/],
      ['four-million-memos', /too many values/],
      ['a-long-list-made-dict-again-and-again', /too many values/],
      ['a-long-key-of-100000-names', /names too long/],
      ['legacy-truncated', /storage "\d+": size does not match/],
    ];
    for (const [file, reason] of reasons) {
      const source = memorySource(fixture(`bad/pth-${file}.pth`), file);
      assert.throws(() => readPth(source), reason);
    }
  });
});
