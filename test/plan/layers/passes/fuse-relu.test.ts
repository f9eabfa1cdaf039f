import assert from 'node:assert/strict';
import { add } from '../../../../src/ops/add.js';
import { conv2d } from '../../../../src/ops/conv2d.js';
import { maxPool2d } from '../../../../src/ops/max-pool2d.js';
import { relu } from '../../../../src/ops/relu.js';
import { fusePool } from '../../../../src/plan/layers/passes/fuse-pool.js';
import { fuseRelu } from '../../../../src/plan/layers/passes/fuse-relu.js';
import { assertSameResult, kindsOf, planOf, type Forward } from './small-plan.js';

/** Checks the result, the kinds of what is left, and which of them were rectified. */
function check(forward: Forward, kinds: readonly string[], rectified: readonly boolean[]): void {
  const before = planOf(forward);
  const after = fuseRelu(before);
  assert.deepEqual(kindsOf(after), kinds);
  const found = after.layers.flatMap((layer) => ('relu' in layer ? [layer.relu] : []));
  assert.deepEqual(found, rectified);
  assertSameResult(after, before);
}

describe('fuse-relu', () => {
  it('fuses ReLU into a convolution and into a sum', () => {
    check(
      (x, w) => {
        const y = relu(conv2d(x, w('a', 3, 2, 1, 1), w('b', 3)));
        return relu(add(y, y));
      },
      ['conv', 'sum'],
      [true, true],
    );
  });

  it('keeps the names of the layer and of the rectified map', () => {
    const list = planOf((x, w) => relu(conv2d(x, w('a.weight', 3, 2, 1, 1))));
    const [conv, rectifier] = list.layers;
    const [fused] = fuseRelu(list).layers;
    assert.deepEqual([fused.name, fused.output], [conv.name, rectifier.output]);
  });

  it('keeps ReLU of a map that has another reader', () => {
    check(
      (x, w) => {
        const y = conv2d(x, w('a', 2, 2, 1, 1));
        return add(relu(y), y);
      },
      ['conv', 'relu', 'sum'],
      [false, false],
    );
  });

  it('keeps ReLU of a map that is an output', () => {
    const list = planOf((x, w) => relu(conv2d(x, w('a', 2, 2, 1, 1))));
    const both = { ...list, outputs: list.layers.map(({ output }) => output) };
    assert.deepEqual(fuseRelu(both), both);
  });

  it('keeps ReLU after any other layer', () => {
    check((x) => relu(maxPool2d(x, { kernelSize: 2 })), ['maxPool', 'relu'], []);
    check((x) => relu(x), ['relu'], []);
  });

  it('keeps ReLU after a convolution with pooling', () => {
    const layers = planOf((x, w) =>
      relu(maxPool2d(relu(conv2d(x, w('a', 2, 2, 1, 1))), { kernelSize: 2, stride: 2 })),
    );
    const pooled = fusePool(fuseRelu(layers));
    assert.deepEqual(kindsOf(pooled), ['conv', 'relu']);
    assert.deepEqual(fuseRelu(pooled), pooled);
  });

  it('fuses two consecutive ReLUs as one', () => {
    check((x, w) => relu(relu(conv2d(x, w('a', 2, 2, 1, 1)))), ['conv'], [true]);
  });
});
