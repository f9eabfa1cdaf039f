import {
  CHECKED_LATER,
  checkOptions,
  finiteNumber,
  oneOf,
  type OptionChecks,
} from '../core/check-options.js';
import { applyRule } from '../autograd/op.js';
import type { OpRule } from '../autograd/op-rule.js';
import { FcnError } from '../core/errors.js';
import { NO_PIXELS } from '../core/geometry.js';
import { assertRank, assertSameShape, numel, type Shape } from '../core/shape.js';
import { Tensor } from '../tensor/tensor.js';

/**
 * Divisor of the sum over the pixels, at least 1: all pixels, the pixels that are not ignored,
 * the images, or 1.
 */
export type LossNormalization = 'full' | 'valid' | 'batch-size' | 'none';

/** Options of {@link softmaxCrossEntropy}. */
export interface SoftmaxCrossEntropyOptions {
  /** Label of the pixels that do not count; default 255. */
  readonly ignoreIndex?: number;
  /** Default `valid`. */
  readonly normalization?: LossNormalization;
  /** Factor on the loss; default 1. */
  readonly weight?: number;
}

const OPTIONS: OptionChecks<SoftmaxCrossEntropyOptions> = {
  ignoreIndex: CHECKED_LATER,
  normalization: oneOf('full', 'valid', 'batch-size', 'none'),
  weight: finiteNumber(),
};

/** Rule of {@link softmaxCrossEntropy}. */
export const softmaxCrossEntropyRule: OpRule<
  readonly [Tensor, Tensor],
  Required<SoftmaxCrossEntropyOptions>
> = {
  name: 'softmaxCrossEntropy',
  computedBy: 'backend',
  geometry: NO_PIXELS,
  buffers: ([logits], output) => [logits, output],
  inferShape([logits, labels]) {
    assertRank('softmaxCrossEntropy logits', logits.shape, 4);
    const [N, , H, W] = logits.shape;
    assertSameShape('softmaxCrossEntropy labels', [N, H, W], labels.shape);
    return [1];
  },
  forward(backend, [logits, labels], { ignoreIndex, normalization, weight }, y) {
    const [, C, H, W] = logits.shape;
    const counted = countLabels(labels.data, C, ignoreIndex);
    const probabilities = backend.alloc(numel(logits.shape));
    backend.softmax(logits.data, C, H * W, probabilities);
    const sum = backend.nllSum(probabilities, labels.data, C, H * W, ignoreIndex);
    const divisor = backend.alloc(1);
    divisor[0] = divisorOf(normalization, logits.shape, counted);
    y.data[0] = (weight * sum) / divisor[0];
    return [probabilities, divisor];
  },
  backward(backend, [logits, labels], { ignoreIndex, weight }, y, [probabilities, divisor]) {
    const [, C, H, W] = logits.shape;
    const scale = (y.grad[0] * weight) / divisor[0];
    const { grad } = logits;
    backend.softmaxNllBackward(probabilities, labels.data, C, H * W, ignoreIndex, scale, grad);
  },
};

/**
 * Number of labels that are not ignored.
 *
 * @throws {@link FcnError} if one of those is not a channel.
 */
function countLabels(labels: ArrayLike<number>, channels: number, ignoreIndex: number): number {
  let counted = 0;
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i];
    if (label === ignoreIndex) continue;
    if (!(Number.isInteger(label) && label >= 0 && label < channels)) {
      throw new FcnError(
        `softmaxCrossEntropy: label ${String(label)} at pixel ${String(i)} is none of ` +
          `${String(channels)} classes and not ${String(ignoreIndex)}`,
      );
    }
    counted++;
  }
  return counted;
}

function divisorOf(normalization: LossNormalization, [N, , H, W]: Shape, counted: number): number {
  const divisors = { full: N * H * W, valid: counted, 'batch-size': N, none: 1 };
  return Math.max(1, divisors[normalization]);
}

/**
 * The per-pixel loss: softmax over the channels, then −ln of the label's probability, added up.
 *
 * loss = weight / divisor · Σ −ln(max(p[label], FLT_MIN)) over the pixels that are not ignored, in
 * float64 and rounded once; its gradient is (p − 1\{label\}) · weight / divisor, also where the maximum
 * with FLT_MIN was taken, and exactly 0 at ignored pixels. If all are ignored, the loss is 0.
 *
 * @param logits - Scores, `[N, C, H, W]`.
 * @param labels - Classes, `[N, H, W]`: a tensor, or bytes in row-major order.
 * @returns `[1]`.
 * @throws {@link ShapeError} if the labels have another shape than the pixels.
 * @throws {@link FcnError} if a label is neither a channel nor `ignoreIndex`.
 * @see Caffe's SoftmaxWithLoss layer, which reports the loss before `loss_weight`; FCN trains with
 *   `normalize: false`, which is `batch-size`.
 */
export function softmaxCrossEntropy(
  logits: Tensor,
  labels: Tensor | Uint8Array,
  options: SoftmaxCrossEntropyOptions = {},
): Tensor {
  checkOptions('softmaxCrossEntropy', options, OPTIONS);
  const attrs = {
    ignoreIndex: options.ignoreIndex ?? 255,
    normalization: options.normalization ?? 'valid',
    weight: options.weight ?? 1,
  };
  if (labels instanceof Tensor) return applyRule(softmaxCrossEntropyRule, [logits, labels], attrs);
  const { backend } = logits;
  const [N, , H, W] = logits.shape;
  if (backend === null)
    return applyRule(softmaxCrossEntropyRule, [logits, Tensor.dry([N, H, W])], attrs);
  const onBackend = Tensor.from(backend, labels, [N, H, W]);
  const loss = applyRule(softmaxCrossEntropyRule, [logits, onBackend], attrs);
  if (loss.creator === null) onBackend.free(); // backward will not ask for them
  return loss;
}
