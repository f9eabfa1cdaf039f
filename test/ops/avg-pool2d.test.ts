import assert from 'node:assert/strict';
import { ShapeError } from '../../src/core/errors.js';
import { avgPool2d, globalAvgPool2d } from '../../src/ops/avg-pool2d.js';
import { Tensor } from '../../src/tensor/tensor.js';
import { reference32, wasmBackend } from '../support/backends.js';
import { checkOp } from '../support/check-op.js';
import { poolCases, poolShape, smallPoolCases } from '../support/pool-cases.js';

checkOp({
  name: 'avg-pool2d',
  cases: poolCases,
  gradientCases: smallPoolCases,
  inputShapes: (attrs) => [poolShape(attrs)],
  apply: ([x], { options }) => avgPool2d(x, options),
  golden: ([x], options: Parameters<typeof avgPool2d>[1]) => avgPool2d(x, options),
});

describe('avg-pool2d', () => {
  it('counts the border, but nothing after the far border', async () => {
    for (const backend of [reference32, await wasmBackend()]) {
      const x = Tensor.from(backend, [6, 12, 18, 24], [1, 1, 1, 4]);
      // Windows −1…1, 1…3, 3…5; the last is cut to two columns by the far border at 5.
      const y = avgPool2d(x, { kernelSize: [1, 3], stride: [1, 2], padding: [0, 1] });
      assert.deepEqual([...y.data], [18 / 3, 54 / 3, 24 / 2]);
    }
  });

  it('a window without any pixel gives 0', async () => {
    for (const backend of [reference32, await wasmBackend()]) {
      const x = Tensor.from(backend, [4, 8], [1, 1, 1, 2]);
      // With stride 5, rounding up adds a window that starts after the map.
      const y = avgPool2d(x, { kernelSize: 1, stride: 5 });
      assert.deepEqual([...y.data], [4, 0]);
    }
  });

  it('globalAvgPool2d is the mean of each map', () => {
    const x = Tensor.from(reference32, [1, 2, 3, 6, 10, 20], [1, 2, 1, 3]);
    const y = globalAvgPool2d(x);
    assert.deepEqual(y.shape, [1, 2, 1, 1]);
    assert.deepEqual([...y.data], [2, 12]);
    assert.throws(() => globalAvgPool2d(Tensor.dry([1, 2, 0, 3])), ShapeError);
    assert.throws(() => globalAvgPool2d(Tensor.dry([1, 2, 3])), ShapeError);
  });
});
