import assert from 'node:assert/strict';
import fc from 'fast-check';
import { sigmoid } from '../../src/ops/sigmoid.js';
import { Tensor } from '../../src/tensor/tensor.js';
import { extent, upTo } from '../support/arbitraries.js';
import { reference32, wasmBackend } from '../support/backends.js';
import { checkOp } from '../support/check-op.js';

checkOp({
  name: 'sigmoid',
  cases: fc.record({ rows: upTo(3), columns: extent }),
  inputShapes: ({ rows, columns }) => [[rows, columns]],
  apply: ([x]) => sigmoid(x),
  golden: ([x]) => sigmoid(x),
});

describe('sigmoid', () => {
  it('is exact at 0 and at the ends, keeps NaN, and may work in place', async () => {
    for (const backend of [reference32, await wasmBackend()]) {
      const { data } = Tensor.from(backend, [0, -0, Infinity, -Infinity, NaN, 90, -90], [7]);
      backend.sigmoid(data, data);
      assert.deepEqual([...data], [0.5, 0.5, 1, 0, NaN, 1, 0]);
    }
  });
});
