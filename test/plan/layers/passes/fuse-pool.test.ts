import assert from 'node:assert/strict';
import { add } from '../../../../src/ops/add.js';
import { conv2d } from '../../../../src/ops/conv2d.js';
import { crop } from '../../../../src/ops/crop.js';
import { maxPool2d } from '../../../../src/ops/max-pool2d.js';
import type { PoolOptions } from '../../../../src/ops/pool-options.js';
import { relu } from '../../../../src/ops/relu.js';
import { unpooledShape } from '../../../../src/plan/layers/layers.js';
import { fusePool } from '../../../../src/plan/layers/passes/fuse-pool.js';
import { fuseRelu } from '../../../../src/plan/layers/passes/fuse-relu.js';
import { assertSameResult, kindsOf, planOf, type Forward } from './small-plan.js';

function check(forward: Forward, kinds: readonly string[]): void {
  const before = fuseRelu(planOf(forward));
  const after = fusePool(before);
  assert.deepEqual(kindsOf(after), kinds);
  assertSameResult(after, before);
}

/** A pooling of rectified scores, 5×5. */
function pooled(options: PoolOptions): Forward {
  return (x, w) => maxPool2d(relu(conv2d(x, w('a', 3, 2, 2, 2))), options);
}

describe('fuse-pool', () => {
  for (const rounding of ['ceil', 'floor'] as const) {
    it(`fuses 2×2 pooling into a rectified convolution, sizes rounded by ${rounding}`, () => {
      const forward = pooled({ kernelSize: 2, stride: 2, rounding });
      check(forward, ['conv']);
      const [conv] = fusePool(fuseRelu(planOf(forward))).layers;
      assert(conv.kind === 'conv');
      assert.deepEqual(unpooledShape(conv), [1, 3, 5, 5]);
      const half = rounding === 'ceil' ? 3 : 2;
      assert.deepEqual(conv.output.shape, [1, 3, half, half]);
    });
  }

  it('keeps pooling with other windows', () => {
    check(pooled({ kernelSize: 3, stride: 2 }), ['conv', 'maxPool']);
    check(pooled({ kernelSize: 2, stride: 1 }), ['conv', 'maxPool']);
    check(pooled({ kernelSize: [2, 3], stride: 2 }), ['conv', 'maxPool']);
    check(pooled({ kernelSize: 2, stride: [2, 1] }), ['conv', 'maxPool']);
    check(pooled({ kernelSize: 2, stride: 2, padding: 1 }), ['conv', 'maxPool']);
  });

  const window = { kernelSize: 2, stride: 2 };

  it('keeps pooling of a convolution without ReLU, and the second of two poolings', () => {
    check((x, w) => maxPool2d(conv2d(x, w('a', 2, 2, 1, 1)), window), ['conv', 'maxPool']);
    check(
      (x, w) => maxPool2d(maxPool2d(relu(conv2d(x, w('a', 2, 2, 1, 1))), window), window),
      ['conv', 'maxPool'],
    );
  });

  it('keeps pooling of a map that a skip reads', () => {
    check(
      (x, w) => {
        const y = relu(conv2d(x, w('a', 2, 2, 1, 1)));
        return add(maxPool2d(y, window), crop(y, [0, 0], [3, 3]));
      },
      ['conv', 'maxPool', 'crop', 'sum'],
    );
  });
});
