import assert from 'node:assert/strict';
import { BlobNumbers } from '../../../src/io/caffe/blob-numbers.js';
import { memorySource } from '../../../src/io/byte-source.js';

describe('numbers of a blob', () => {
  for (const Numbers of [Float32Array, Float64Array]) {
    it(`are read in part from any runs of ${Numbers.name}`, () => {
      const stored = Numbers.from([0.1, 1, 2, 3, 4, 5, 6]);
      const source = memorySource(new Uint8Array(stored.buffer), 'blob');
      const each = stored.BYTES_PER_ELEMENT as 4 | 8;
      const runs = new BlobNumbers(source, each);
      runs.addRun(4 * each, 3);
      runs.addNumber(7.1);
      runs.addNumber(8);
      runs.addRun(0, 4);
      const all = Float32Array.of(4, 5, 6, 7.1, 8, 0.1, 1, 2, 3);
      assert.deepEqual(runs.toFloats(), all);
      for (let begin = 0; begin <= all.length; begin++) {
        for (let end = begin; end <= all.length; end++) {
          const part = new Float32Array(end - begin);
          runs.read(begin, part);
          assert.deepEqual(part, all.slice(begin, end), `${String(begin)} to ${String(end)}`);
        }
      }
    });
  }
});
