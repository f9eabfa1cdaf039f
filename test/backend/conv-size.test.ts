import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ConvAttrs } from '../../src/backend/attributes.js';
import { convOutputSize, convTransposeOutputSize } from '../../src/backend/conv-size.js';
import { poolSize, type PoolRounding } from '../../src/backend/pool-size.js';
import { between, SEED, upTo } from '../support/arbitraries.js';

const geometry = (stride: number, padding: number, dilation = 1): ConvAttrs => ({
  stride: [stride, 1],
  padding: [padding, 0],
  dilation: [dilation, 1],
  groups: 1,
});

const cases = fc.record({
  n: upTo(30),
  k: upTo(6),
  attrs: fc.tuple(upTo(4), between(0, 4), upTo(3)).map((numbers) => geometry(...numbers)),
});

describe('convOutputSize', () => {
  it('counts the windows that fit', () => {
    fc.assert(
      fc.property(cases, ({ n, k, attrs }) => {
        const [stride, padding, window] = [
          attrs.stride[0],
          attrs.padding[0],
          attrs.dilation[0] * (k - 1) + 1,
        ];
        let count = 0;
        for (let start = -padding; start + window <= n + padding; start += stride) count++;
        assert.equal(Math.max(0, convOutputSize(n, k, attrs, 0)), count);
      }),
      { seed: SEED },
    );
  });

  it('treats each axis separately', () => {
    const attrs = { stride: [2, 3], padding: [1, 0], dilation: [1, 2], groups: 1 } as const;
    assert.deepEqual([convOutputSize(9, 3, attrs, 0), convOutputSize(9, 3, attrs, 1)], [5, 2]);
    assert.deepEqual(
      [convTransposeOutputSize(4, 3, attrs, 0), convTransposeOutputSize(4, 3, attrs, 1)],
      [7, 14],
    );
  });

  it("gives the sizes of the paper's layers", () => {
    assert.equal(convOutputSize(500, 3, geometry(1, 100), 0), 698);
    assert.equal(convOutputSize(22, 7, geometry(1, 0), 0), 16);
    assert.equal(convTransposeOutputSize(16, 64, geometry(32, 0), 0), 544);
  });
});

describe('convTransposeOutputSize', () => {
  it('ends at the end of the last window', () => {
    fc.assert(
      fc.property(cases, ({ n, k, attrs }) => {
        const last = (n - 1) * attrs.stride[0] + attrs.dilation[0] * (k - 1);
        assert.equal(convTransposeOutputSize(n, k, attrs, 0), last + 1 - 2 * attrs.padding[0]);
      }),
      { seed: SEED },
    );
  });

  it('is inverted by convOutputSize', () => {
    fc.assert(
      fc.property(cases, ({ n, k, attrs }) => {
        assert.equal(convOutputSize(convTransposeOutputSize(n, k, attrs, 0), k, attrs, 0), n);
      }),
      { seed: SEED },
    );
  });
});

/** Window, stride and padding of a pooling with the same geometry along both axes. */
type Square = readonly [window: number, stride: number, padding: number];

/** Number of windows of the pooling along an axis. */
function pooled(n: number, [k, stride, pad]: Square, rounding: PoolRounding): number {
  const attrs = { kernelSize: [k, k], stride: [stride, stride], padding: [pad, pad] } as const;
  return poolSize(n, { ...attrs, rounding }, 0);
}

describe('poolSize', () => {
  it('with floor equals the size of a convolution, if no window starts beyond the border', () => {
    fc.assert(
      fc.property(cases, ({ n, k, attrs }) => {
        const [stride, padding] = [attrs.stride[0], Math.min(attrs.padding[0], k - 1)];
        const size = pooled(n, [k, stride, padding], 'floor');
        assert.equal(size, convOutputSize(n, k, geometry(stride, padding), 0));
      }),
      { seed: SEED },
    );
  });

  it('with ceil covers every pixel, and starts no window beyond the far border', () => {
    fc.assert(
      fc.property(cases, ({ n, k, attrs }) => {
        const [stride, padding] = [Math.min(attrs.stride[0], k), Math.min(attrs.padding[0], k - 1)];
        const last = (pooled(n, [k, stride, padding], 'ceil') - 1) * stride - padding;
        if (n + 2 * padding >= k) assert(last + k >= n, 'a pixel is left out');
        if (padding > 0) assert(last < n, 'a window sees nothing');
      }),
      { seed: SEED },
    );
  });

  it("gives the sizes of the paper's layers", () => {
    assert.equal(pooled(349, [2, 2, 0], 'ceil'), 175);
    assert.equal(pooled(349, [2, 2, 0], 'floor'), 174);
    assert.equal(pooled(5, [1, 3, 0], 'ceil'), 3, 'nothing is taken off without padding');
    assert.equal(pooled(4, [2, 2, 1], 'ceil'), 3, 'a fourth would start at 5 = 4 + padding');
    const oneSided = { kernelSize: [1, 1], stride: [3, 3], padding: [1, 0] } as const;
    assert.equal(poolSize(5, { ...oneSided, rounding: 'ceil' }, 1), 2, 'padding of the other axis');
  });
});
