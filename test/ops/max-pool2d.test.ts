import assert from 'node:assert/strict';
import fc from 'fast-check';
import { backward } from '../../src/autograd/backward.js';
import { ShapeError } from '../../src/core/errors.js';
import { maxPool2d } from '../../src/ops/max-pool2d.js';
import { Tensor } from '../../src/tensor/tensor.js';
import { reference32, wasmBackend } from '../support/backends.js';
import { checkOp } from '../support/check-op.js';
import { poolCases, poolShape, smallPoolCases } from '../support/pool-cases.js';

checkOp({
  name: 'max-pool2d',
  cases: poolCases,
  gradientCases: smallPoolCases,
  inputShapes: (attrs) => [poolShape(attrs)],
  apply: ([x], { options }) => maxPool2d(x, options),
  golden: ([x], options: Parameters<typeof maxPool2d>[1]) => maxPool2d(x, options),
});

describe('max-pool2d', () => {
  it('the first maximum wins and takes the gradient; a NaN wins over everything', async () => {
    for (const backend of [reference32, await wasmBackend()]) {
      const values = [1, 1, 2, NaN, 1, 1, NaN, 3, -0, 0, -Infinity, -Infinity];
      const x = Tensor.from(backend, [...values, -1, -1, -Infinity, -Infinity], [1, 1, 4, 4], {
        requiresGrad: true,
      });
      const y = maxPool2d(x, { kernelSize: 2, stride: 2 });
      assert.deepEqual([...y.data], [1, NaN, -0, -Infinity]);
      backward(y, [1, 2, 3, 4]);
      assert.deepEqual([...x.grad], [1, 0, 0, 2, 0, 0, 0, 0, 3, 0, 4, 0, 0, 0, 0, 0]);
    }
  });

  it('a window without any pixel gives −FLT_MAX and takes no gradient', async () => {
    for (const backend of [reference32, await wasmBackend()]) {
      const x = Tensor.from(backend, [-1, -2], [1, 1, 1, 2], { requiresGrad: true });
      const y = maxPool2d(x, { kernelSize: 1, padding: [0, 1] });
      // A window over the border after would start at H + padding: it is taken off.
      assert.deepEqual([...y.data], [-3.4028234663852886e38, -1, -2]);
      backward(y, [1, 2, 3]);
      assert.deepEqual([...x.grad], [2, 3]);
    }
  });

  it('rounds up as Caffe does, or down', () => {
    const width = (n: number, kernelSize: number, padding: number, rounding: 'ceil' | 'floor') =>
      maxPool2d(Tensor.dry([1, 1, n, n]), { kernelSize, stride: 2, padding, rounding }).shape[3];
    assert.deepEqual(
      [1, 2, 3, 4, 5, 6, 7].map((n) => width(n, 2, 0, 'ceil')),
      [1, 1, 2, 2, 3, 3, 4],
    );
    assert.deepEqual(
      [3, 4, 5, 6, 7].map((n) => width(n, 3, 0, 'ceil')),
      [1, 2, 2, 3, 3],
    );
    assert.deepEqual(
      [3, 4, 5, 6, 7].map((n) => width(n, 3, 0, 'floor')),
      [1, 1, 2, 2, 3],
    );
    // Without the rule of the last window it would be 4 for n = 5: ⌈(5 + 2 − 2) / 2⌉ + 1.
    assert.equal(width(5, 2, 1, 'ceil'), 3);
  });

  it('refuses other ranks, windows that fit nowhere and maps it cannot count', () => {
    const refused = (shape: number[], kernelSize: number) => {
      assert.throws(() => maxPool2d(Tensor.dry(shape), { kernelSize, stride: 2 }), ShapeError);
    };
    refused([1, 4, 4], 2);
    refused([1, 1, 1, 1], 3);
    refused([1, 1, 4, 4], 0);
    refused([1, 1, 4097, 4096], 2);
  });

  it('its coordinates are those of a sliding window', () => {
    fc.assert(
      fc.property(poolCases, ({ options: { kernelSize, stride, padding }, N, C }) => {
        const x = Tensor.dry([N, C, 40, 40]);
        const map = maxPool2d(x, { kernelSize, stride, padding }).origin.maps[0];
        assert(map);
        map.forEach(({ scale, shift, window }, axis) => {
          assert.equal(scale.num / scale.den, 1 / stride[axis]);
          assert.equal(
            (shift.num * stride[axis]) / shift.den,
            padding[axis] - (kernelSize[axis] - 1) / 2,
          );
          assert.equal(window, kernelSize[axis]);
        });
      }),
      { seed: 1701 },
    );
  });
});
