import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { LrnAttrs } from '../../src/backend/attributes.js';
import { ShapeError } from '../../src/core/errors.js';
import { lrn } from '../../src/ops/lrn.js';
import { Tensor } from '../../src/tensor/tensor.js';
import { extent, upTo } from '../support/arbitraries.js';
import { reference32 } from '../support/backends.js';
import { checkOp } from '../support/check-op.js';

checkOp({
  name: 'lrn',
  cases: fc.record({
    N: upTo(2),
    C: upTo(7),
    H: upTo(2),
    W: extent,
    size: fc.constantFrom(1, 3, 5),
    alpha: fc.constantFrom(1, 1e-4, 0.3),
    beta: fc.constantFrom(0.75, 0.5, 1.3),
    k: fc.constantFrom(1, 2),
  }),
  inputShapes: ({ N, C, H, W }) => [[N, C, H, W]],
  apply: ([x], { size, alpha, beta, k }) => lrn(x, { size, alpha, beta, k }),
  golden: ([x], attrs: LrnAttrs) => lrn(x, attrs),
});

describe('lrn', () => {
  it('counts only channels that exist, and divides alpha by the size all the same', () => {
    const x = Tensor.from(reference32, [2, 4], [1, 2, 1, 1]);
    const y = lrn(x, { size: 5, alpha: 5, beta: 1, k: 0 });
    // (4 + 16) for both channels; 1/20 is rounded once, so are the products.
    assert.deepEqual(
      [...y.data],
      [2, 4].map((value) => Math.fround(value * Math.fround(1 / 20))),
    );
  });

  it('refuses an even window', () => {
    const x = Tensor.zeros(reference32, [1, 4, 1, 1]);
    for (const size of [0, 2, 2.5, NaN]) assert.throws(() => lrn(x, { size }), ShapeError);
  });
});
