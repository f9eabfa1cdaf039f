import assert from 'node:assert/strict';
import fc from 'fast-check';
import { backward } from '../../src/autograd/backward.js';
import { FcnError, ShapeError } from '../../src/core/errors.js';
import { add } from '../../src/ops/add.js';
import { conv2d } from '../../src/ops/conv2d.js';
import { maxPool2d } from '../../src/ops/max-pool2d.js';
import { relu } from '../../src/ops/relu.js';
import { weightedSum } from '../../src/ops/weighted-sum.js';
import { Tensor } from '../../src/tensor/tensor.js';
import { between, SEED } from '../support/arbitraries.js';
import { createWasmBackend } from '../../src/backend/wasm/index.js';
import { reference64 } from '../support/backends.js';

const leaf = (values: number[], requiresGrad = true): Tensor =>
  Tensor.from(reference64, values, [values.length], { requiresGrad });

describe('backward', () => {
  it('adds up over all uses of a tensor: a skip needs no code of its own', () => {
    const x = leaf([1, -2]);
    const trunk = weightedSum([x], [3]);
    const y = add(relu(trunk), weightedSum([x, trunk], [5, 7]));
    backward(y, [1, 1]);
    // dy/dx = 3·[3x > 0] + 5 + 7·3.
    assert.deepEqual([...x.grad], [29, 26]);
    const z = leaf([1]);
    backward(add(z, z));
    assert.deepEqual([...z.grad], [2]);
  });

  it('adds up over calls, on one output and on several', () => {
    const x = leaf([2]);
    const shared = weightedSum([x], [3]);
    const [y, z] = [weightedSum([shared], [1]), weightedSum([shared], [10])];
    backward(y);
    backward(y);
    backward(z);
    assert.deepEqual([...x.grad], [36]);
    x.zeroGrad();
    backward(z);
    assert.deepEqual([...x.grad], [30]);
    z.grad[0] = 2; // as from a loss outside
    backward(z, [1]);
    assert.deepEqual([...x.grad], [120]);
  });

  it('computes the derivatives of any network of sums', () => {
    // Step k adds multiples of any two earlier tensors; its derivative is known by the same rule.
    const step = fc.record({
      a: fc.nat(1000),
      b: fc.nat(1000),
      p: between(-3, 3),
      q: between(-3, 3),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 20 }), (steps) => {
        const x = leaf([1]);
        const tensors = [x];
        const slopes = [1];
        for (const { a, b, p, q } of steps) {
          const [i, j] = [a % tensors.length, b % tensors.length];
          tensors.push(weightedSum([tensors[i], tensors[j]], [p, q]));
          slopes.push(p * slopes[i] + q * slopes[j]);
        }
        backward(tensors[steps.length]);
        assert.equal(x.grad[0], slopes[steps.length] + 0); // a gradient starts at +0, never −0
        assert(tensors.slice(1).every(({ hasGrad }) => !hasGrad));
      }),
      { seed: SEED },
    );
  });

  it('takes a seed of as many numbers as the output has, or none for a scalar', () => {
    const x = leaf([1, 2, 3]);
    const y = weightedSum([x], [2]);
    backward(y, Float32Array.of(1, 0, -1));
    assert.deepEqual([...x.grad], [2, 0, -2]);
    assert.throws(
      () => {
        backward(y);
      },
      { name: 'ShapeError', message: 'backward: weightedSum [3] needs a seed of 3 numbers' },
    );
    for (const seed of [[], [1], [1, 2], [1, 2, 3, 4]]) {
      assert.throws(() => {
        backward(y, seed);
      }, ShapeError);
    }
    assert.deepEqual([...x.grad], [2, 0, -2], 'a refused seed leaves no trace');
    const scalar = weightedSum([leaf([5])], [2]);
    backward(scalar, [10]);
    assert.equal(scalar.creator?.inputs[0].grad[0], 20);
  });

  it('refuses what was not recorded', () => {
    const fixed = leaf([1], false);
    for (const output of [leaf([1]), fixed, relu(fixed), relu(leaf([1])).detach()]) {
      assert.throws(() => {
        backward(output);
      }, FcnError);
    }
  });

  it('stops at detached tensors', () => {
    const x = leaf([2]);
    const y = weightedSum([x], [3]);
    backward(weightedSum([y, y.detach()], [1, 100]));
    assert.deepEqual([...x.grad], [3]);
  });

  it('spends no memory on frozen leaves, nor on what leads only to them', () => {
    const [learned, frozen] = [leaf([1]), leaf([1], false)];
    const onlyFrozen = relu(frozen);
    const y = weightedSum([relu(learned), onlyFrozen], [2, 3]);
    backward(y);
    assert.deepEqual([...learned.grad], [2]);
    assert.deepEqual([frozen.hasGrad, onlyFrozen.hasGrad], [false, false]);
    const [w, bias] = [[1, 1, 1, 1], [1]].map((shape) => Tensor.zeros(reference64, shape));
    const map = Tensor.zeros(reference64, [1, 1, 1, 1], { requiresGrad: true });
    backward(conv2d(map, w, bias));
    assert.deepEqual([w.hasGrad, bias.hasGrad, map.hasGrad], [false, false, true]);
  });

  it('gives the gradients between output and leaves back, as early as it can', async () => {
    const wasm = await createWasmBackend({ capacityBytes: 2 ** 20 });
    const x = Tensor.zeros(wasm, [1000], { requiresGrad: true });
    let y = x;
    for (let i = 0; i < 50; i++) y = relu(y);
    const [before, high] = [wasm.arena.liveBytes(), wasm.arena.highWaterBytes];
    backward(y, new Float32Array(1000));
    const bytes = 4032; // 1000 floats, in whole cache lines
    assert.equal(wasm.arena.liveBytes(), before + bytes, 'only that of the leaf stays');
    assert(wasm.arena.highWaterBytes <= high + 3 * bytes, 'at most three lived at once');
  });

  it('needs the memory of what was computed', async () => {
    const wasm = await createWasmBackend({ capacityBytes: 2 ** 20 });
    const x = Tensor.zeros(wasm, [1, 1, 4, 4], { requiresGrad: true });
    const mark = wasm.mark();
    const y = maxPool2d(x, { kernelSize: 4 });
    wasm.release(mark);
    // The places of the maxima are overwritten: a backward through them would write anywhere.
    wasm.alloc(1000).fill(1e9);
    assert.throws(
      () => {
        backward(y);
      },
      { name: 'FcnError', message: 'the memory of maxPool2d [1, 1, 1, 1] was given back' },
    );
    const between = relu(x);
    const z = relu(between);
    between.free();
    assert.throws(() => {
      backward(z);
    }, FcnError);
  });

  it('walks back through 20000 ops without recursion', () => {
    const x = leaf([1]);
    let y = x;
    for (let i = 0; i < 20000; i++) y = i % 2 === 0 ? relu(y) : weightedSum([y], [1]);
    backward(y);
    assert.deepEqual([...x.grad], [1]);
  });

  it('walks through 60 doublings once each, not 2⁶⁰ times', () => {
    const x = leaf([1]);
    let y = x;
    for (let i = 0; i < 60; i++) y = add(y, y);
    backward(y);
    assert.deepEqual([...x.grad], [2 ** 60]);
  });
});
