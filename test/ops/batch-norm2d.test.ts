import assert from 'node:assert/strict';
import fc from 'fast-check';
import { backward } from '../../src/autograd/backward.js';
import { ShapeError } from '../../src/core/errors.js';
import { batchMoments, batchNorm2d, updateRunningStatistics } from '../../src/ops/batch-norm2d.js';
import { Tensor } from '../../src/tensor/tensor.js';
import { extent, upTo } from '../support/arbitraries.js';
import { reference32, reference64, wasmBackend } from '../support/backends.js';
import { checkOp } from '../support/check-op.js';
import { assertClose, assertWithin } from '../support/close.js';
import { goldenCases } from '../support/fixtures.js';

const cases = fc.record({ N: upTo(3), C: upTo(5), H: upTo(2), W: extent });

checkOp({
  name: 'batch-norm2d',
  cases: fc.record({ N: upTo(3), C: upTo(5), H: upTo(2), W: extent, affine: fc.boolean() }),
  inputShapes: ({ N, C, H, W }) => [[N, C, H, W], [C], [C], [C], [C]],
  apply: ([x, mean, variance, weight, bias], { affine }) =>
    batchNorm2d(x, { mean, variance }, affine ? { weight, bias } : {}),
  differentiable: [true, false, false, true, true],
  adjust: (values, input) => (input === 2 ? values.map(Math.abs) : values),
  golden: null, // the statistics are no input there; see below
});

describe('through the batch’s own moments:', () => {
  checkOp({
    name: 'batch-norm2d',
    cases,
    inputShapes: ({ N, C, H, W }) => [[N, C, H, W], [C], [C]],
    // A larger epsilon, lest a channel of two close values makes differences of 1e-5 coarse.
    apply: ([x, weight, bias]) =>
      batchNorm2d(x, batchMoments(x), { weight, bias, epsilon: 0.1, training: true }),
    golden: null,
  });
});

describe('batchNorm2d', () => {
  it('goldens hold on both backends', async () => {
    for (const backend of [reference32, await wasmBackend()]) {
      for (const golden of goldenCases('batch-norm2d')) {
        const mark = backend.mark();
        const what = `${golden.name} on ${backend.name}`;
        const attrs = golden.attrs as { epsilon: number; training: boolean };
        const tensor = (name: string): Tensor => {
          const array = golden.tensor(name);
          assert(array, `${what}: no ${name}`);
          return Tensor.from(backend, array.data, array.shape, { requiresGrad: true });
        };
        const [x, weight, bias] = [0, 1, 2].map((i) => tensor(`input${String(i)}`));
        const statistics = attrs.training
          ? batchMoments(x)
          : { mean: tensor('mean').detach(), variance: tensor('variance').detach() };
        const y = batchNorm2d(x, statistics, { weight, bias, ...attrs });
        assertClose(what, y.data, tensor('output').data, golden.tolerance);
        const seed = golden.tensor('grad_output');
        if (seed) backward(y, seed.data);
        [x, weight, bias].forEach((input, i) => {
          const gradient = golden.tensor(`grad_input${String(i)}`);
          const name = `gradient ${String(i)} of ${what}`;
          if (gradient) assertClose(name, input.grad, gradient.data, golden.tolerance);
        });
        backend.release(mark);
      }
    }
  });

  it('in training makes channels of mean 0 and variance 1', () => {
    const x = Tensor.from(reference64, [1, 2, 3, 10, 10, 40], [1, 2, 1, 3]);
    const { mean, variance } = batchMoments(x);
    assert.deepEqual([...mean.data], [2, 20]);
    assert.deepEqual([...variance.data], [2 / 3, 200]);
    const again = batchMoments(batchNorm2d(x, { mean, variance }, { epsilon: 0, training: true }));
    assertWithin('mean', again.mean.data, [0, 0], 1e-15); // a few roundings of float64
    assertClose('variance', again.variance.data, [1, 1], 1e-15);
  });

  it('moves running statistics by the unbiased variance', () => {
    const statistics = (mean: number, variance: number) => ({
      mean: Tensor.from(reference64, [mean], [1]),
      variance: Tensor.from(reference64, [variance], [1]),
    });
    const running = statistics(1, 1);
    updateRunningStatistics(running, statistics(3, 2), 5, 0.25);
    assert.equal(running.mean.item(), 1.5);
    assert.equal(running.variance.item(), 0.75 + 0.25 * 2.5);
    updateRunningStatistics(running, statistics(0, 0), 1, 1); // one value: nothing to correct
    assert.equal(running.variance.item(), 0);
  });

  it('refuses statistics of another size and channels without values', () => {
    const x = Tensor.zeros(reference32, [1, 2, 1, 3]);
    const three = Tensor.zeros(reference32, [3]);
    assert.throws(() => batchNorm2d(x, { mean: three, variance: three }), ShapeError);
    assert.throws(() => batchMoments(Tensor.zeros(reference32, [0, 2, 1, 3])), ShapeError);
    assert.throws(() => batchMoments(Tensor.zeros(reference32, [2])), ShapeError);
  });
});
