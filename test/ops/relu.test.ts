import assert from 'node:assert/strict';
import fc from 'fast-check';
import { relu } from '../../src/ops/relu.js';
import { Tensor } from '../../src/tensor/tensor.js';
import { extent, upTo } from '../support/arbitraries.js';
import { reference32, wasmBackend } from '../support/backends.js';
import { checkOp } from '../support/check-op.js';

checkOp({
  name: 'relu',
  cases: fc.record({ rows: upTo(3), columns: extent }),
  inputShapes: ({ rows, columns }) => [[rows, columns]],
  apply: ([x]) => relu(x),
  golden: ([x]) => relu(x),
});

describe('relu', () => {
  it('makes +0 of −0, keeps NaN, and may work in place', async () => {
    for (const backend of [reference32, await wasmBackend()]) {
      const { data } = Tensor.from(backend, [-0, NaN, -1, 2, -0, NaN, -Infinity, Infinity], [8]);
      backend.relu(data, data);
      assert.deepEqual([...data], [0, NaN, 0, 2, 0, NaN, 0, Infinity]);
    }
  });

  it('passes no gradient at 0', () => {
    const gradX = new Float32Array(3);
    reference32.reluBackward(new Float32Array([-1, 0, 1]), new Float32Array([5, 5, 5]), gradX);
    assert.deepEqual([...gradX], [0, 0, 5]);
  });
});
