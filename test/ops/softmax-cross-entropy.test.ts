import assert from 'node:assert/strict';
import fc from 'fast-check';
import { backward } from '../../src/autograd/backward.js';
import { noGrad } from '../../src/autograd/no-grad.js';
import { FcnError, ShapeError } from '../../src/core/errors.js';
import {
  softmaxCrossEntropy,
  type LossNormalization,
  type SoftmaxCrossEntropyOptions,
} from '../../src/ops/softmax-cross-entropy.js';
import { Tensor } from '../../src/tensor/tensor.js';
import { extent, upTo } from '../support/arbitraries.js';
import { reference32, wasmBackend } from '../support/backends.js';
import { checkOp } from '../support/check-op.js';
import { assertClose } from '../support/close.js';
import { goldenCases } from '../support/fixtures.js';

const NORMALIZATIONS: readonly LossNormalization[] = ['full', 'valid', 'batch-size', 'none'];

checkOp({
  name: 'softmax-cross-entropy',
  cases: fc.record({
    N: upTo(2),
    C: upTo(6),
    H: upTo(2),
    W: extent,
    normalization: fc.constantFrom(...NORMALIZATIONS),
    weight: fc.constantFrom(1, 0.3, -2),
  }),
  inputShapes: ({ N, C, H, W }) => [
    [N, C, H, W],
    [N, H, W],
  ],
  apply: ([logits, labels], { normalization, weight }) =>
    softmaxCrossEntropy(logits, labels, { normalization, weight }),
  differentiable: [true, false],
  // Labels 0 … C − 1 in irregular order, every fifth pixel or so ignored.
  adjust: (values, input, { C }) =>
    input === 0 ? values : values.map((_, i) => ((i * 7) % 5 === 3 ? 255 : (i * i + 3 * i) % C)),
  golden: null, // the labels are no input; see below
});

describe('softmaxCrossEntropy', () => {
  it('goldens hold on both backends', async () => {
    for (const backend of [reference32, await wasmBackend()]) {
      for (const golden of goldenCases('softmax-cross-entropy')) {
        const mark = backend.mark();
        const what = `${golden.name} on ${backend.name}`;
        const [x, labels, output, seed, gradient] = [
          'input0',
          'labels',
          'output',
          'grad_output',
          'grad_input0',
        ].map((name) => golden.tensor(name));
        assert(x && labels && output, what);
        const logits = Tensor.from(backend, x.data, x.shape, { requiresGrad: true });
        const classes = Tensor.from(backend, labels.data, labels.shape);
        const options: SoftmaxCrossEntropyOptions = golden.attrs;
        const loss = softmaxCrossEntropy(logits, classes, options);
        assertClose(`loss of ${what}`, loss.data, output.data, golden.tolerance);
        if (seed && gradient) {
          backward(loss, seed.data);
          assertClose(`gradient of ${what}`, logits.grad, gradient.data, golden.tolerance);
        }
        backend.release(mark);
      }
    }
  });

  it('leaves gradients of ignored pixels alone, to the bit', async () => {
    for (const backend of [reference32, await wasmBackend()]) {
      const logits = Tensor.from(backend, [NaN, 1, 2, NaN, 3, 4], [1, 2, 1, 3], {
        requiresGrad: true,
      });
      logits.grad.fill(-0);
      backward(softmaxCrossEntropy(logits, Uint8Array.of(255, 1, 255)));
      const zeros = [0, 2, 3, 5].map((i) => logits.grad[i]);
      assert(
        zeros.every((value) => Object.is(value, -0)),
        `${backend.name}: ${String(zeros)}`,
      );
      assert(logits.grad[1] > 0 && logits.grad[4] < 0);
    }
  });

  it('is 0 where everything is ignored, whatever the scores', () => {
    const logits = Tensor.from(reference32, [NaN, 1, 2, NaN], [1, 2, 1, 2], { requiresGrad: true });
    for (const normalization of NORMALIZATIONS) {
      const loss = softmaxCrossEntropy(logits, Uint8Array.of(255, 255), { normalization });
      assert.equal(loss.item(), 0);
      backward(loss);
      assert.deepEqual([...logits.grad], [0, 0, 0, 0]);
    }
  });

  it('divides by what its normalization says', () => {
    const logits = Tensor.zeros(reference32, [2, 4, 1, 3]);
    const labels = Uint8Array.of(0, 1, 255, 255, 255, 3);
    const loss = (normalization: LossNormalization): number =>
      softmaxCrossEntropy(logits, labels, { normalization }).item();
    const sum = 3 * Math.log(4);
    const expected = { full: sum / 6, valid: sum / 3, 'batch-size': sum / 2, none: sum };
    for (const normalization of NORMALIZATIONS) {
      // One rounding to float32 at the end; the sum itself is exact to 1e-15.
      assertClose(normalization, [loss(normalization)], [expected[normalization]], 2 ** -24);
    }
  });

  it('refuses labels that are no class, and labels of another shape', () => {
    const logits = Tensor.zeros(reference32, [1, 3, 1, 2]);
    assert.throws(() => softmaxCrossEntropy(logits, Uint8Array.of(0, 3)), FcnError);
    assert.throws(() => softmaxCrossEntropy(logits, Uint8Array.of(0, 255), { ignoreIndex: 0 }));
    for (const bad of [-1, 0.5, NaN, Infinity]) {
      const labels = Tensor.from(reference32, [0, bad], [1, 1, 2]);
      assert.throws(
        () => softmaxCrossEntropy(logits, labels),
        /label (-1|0\.5|NaN|Infinity) at pixel 1/,
      );
    }
    assert.throws(() => softmaxCrossEntropy(logits, Uint8Array.of(0)), ShapeError);
  });

  it('keeps nothing when no gradient is recorded', async () => {
    const backend = await wasmBackend();
    const logits = Tensor.zeros(backend, [1, 3, 2, 2], { requiresGrad: true });
    const before = backend.arena.liveBytes();
    noGrad(() => softmaxCrossEntropy(logits, new Uint8Array(4))).free();
    assert.equal(backend.arena.liveBytes(), before);
  });
});
