import { applyRule } from '../autograd/op.js';
import type { OpRule } from '../autograd/op-rule.js';
import { accuracy as compute, type AccuracyAttrs } from '../backend/reference/accuracy.js';
import { ShapeError } from '../core/errors.js';
import { NO_PIXELS } from '../core/geometry.js';
import { numel, showShape, type Shape } from '../core/shape.js';
import type { Tensor } from '../tensor/tensor.js';

/** Rule of {@link accuracy}. */
export const accuracyRule: OpRule<readonly [Tensor, Tensor], AccuracyAttrs> = {
  name: 'accuracy',
  computedBy: 'plain-loops',
  geometry: NO_PIXELS,
  inferShape([scores, labels], { topK, per }) {
    const classes = scores.shape.length >= 2 ? scores.shape[1] : 0;
    if (!(Number.isInteger(topK) && topK >= 1 && topK <= classes)) {
      throw new ShapeError(`accuracy: no ${String(topK)} classes in ${scores.describe()}`);
    }
    const positions = positionsOf(scores.shape);
    if (numel(labels.shape) !== positions) {
      throw new ShapeError(
        `accuracy: ${String(positions)} labels expected, got ${showShape(labels.shape)}`,
      );
    }
    return per === 'class' ? [classes] : [];
  },
  forward(_backend, [scores, labels], attrs, y) {
    const { data, shape } = scores;
    compute({ data, classes: shape[1], inner: numel(shape.slice(2)) }, labels.data, attrs, y.data);
    return undefined;
  },
  backward() {
    // The share is a step function of the scores: its gradient is 0.
  },
};

function positionsOf([images, , ...extents]: Shape): number {
  return images * numel(extents);
}

/**
 * The share of positions whose label is among the best classes, or of the positions of each class: 0 where
 * none counts. A class that scores as high as the label's counts as better. No gradient passes.
 *
 * @param scores - `[N, C, …]`.
 * @param labels - A class for each position, in any shape.
 * @returns `[]`, or `[C]` for each class.
 * @throws {@link ShapeError} unless 1 ≤ topK ≤ C and there is a label for each position.
 * @throws {@link FcnError} if a label is neither a class index nor `ignoreLabel`.
 * @see Caffe's Accuracy layer.
 */
export function accuracy(scores: Tensor, labels: Tensor, attrs: AccuracyAttrs): Tensor {
  return applyRule(accuracyRule, [scores, labels], attrs);
}
