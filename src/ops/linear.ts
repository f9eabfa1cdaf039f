import { applyRule } from '../autograd/op.js';
import type { NoAttrs, OpRule } from '../autograd/op-rule.js';
import { ShapeError } from '../core/errors.js';
import { NO_PIXELS } from '../core/geometry.js';
import { assertRank, assertSameShape, numel, type Shape } from '../core/shape.js';
import type { ConvAttrs } from '../backend/attributes.js';
import type { Tensor } from '../tensor/tensor.js';

/** A linear layer is a 1×1 convolution of maps with one pixel. */
const ONE_PIXEL: ConvAttrs = { stride: [1, 1], padding: [0, 0], dilation: [1, 1], groups: 1 };

/** Rule of {@link linear}. */
export const linearRule: OpRule<readonly [Tensor, Tensor, (Tensor | undefined)?], NoAttrs> = {
  name: 'linear',
  computedBy: 'backend',
  geometry: NO_PIXELS,
  macs: ([, w], y) => numel(y) * numel(w.slice(1)),
  inferShape([x, w, bias]) {
    if (x.shape.length < 2) throw new ShapeError(`linear: no features in ${x.describe()}`);
    assertRank('linear weight', w.shape, 2);
    const [O, I] = w.shape;
    const features = numel(x.shape.slice(1));
    if (features !== I) {
      throw new ShapeError(
        `linear: input has ${String(features)} features, weight expects ${String(I)}`,
      );
    }
    if (bias) assertSameShape('linear bias', [O], bias.shape);
    return [x.shape[0], O];
  },
  forward(backend, [x, w, bias], _attrs, y) {
    const [xShape, wShape] = pointwiseShapes(x.shape, w.shape);
    backend.conv2d(x.data, xShape, w.data, wShape, bias?.data ?? null, ONE_PIXEL, y.data);
    return undefined;
  },
  backward(backend, [x, w, bias], _attrs, y) {
    const [xShape, wShape] = pointwiseShapes(x.shape, w.shape);
    if (x.requiresGrad) {
      backend.conv2dBackwardInput(y.grad, w.data, wShape, ONE_PIXEL, x.grad, xShape);
    }
    if (w.requiresGrad) {
      backend.conv2dBackwardWeight(x.data, xShape, y.grad, ONE_PIXEL, w.grad, wShape);
    }
    if (bias?.requiresGrad) backend.biasBackward(y.grad, y.shape[1], 1, bias.grad);
  },
};

function pointwiseShapes([N]: Shape, [O, I]: Shape): [Shape, Shape] {
  return [
    [N, I, 1, 1],
    [O, I, 1, 1],
  ];
}

/**
 * Linear ("fully connected") layer: y[n, o] = bias[o] + Σ_i x[n, i] · w[o, i].
 *
 * @param x - `[N, I]`, or maps `[N, C, H, W]` that are read as I = C·H·W features.
 * @param w - `[O, I]`.
 * @param bias - `[O]`, or null.
 * @returns `[N, O]`.
 * @throws {@link ShapeError} if features, outputs or ranks do not fit.
 * @see Caffe's InnerProduct layer with axis 1.
 */
export function linear(x: Tensor, w: Tensor, bias: Tensor | null = null): Tensor {
  return applyRule(linearRule, [x, w, bias ?? undefined], {});
}
