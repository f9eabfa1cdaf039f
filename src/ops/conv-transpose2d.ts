import { applyRule } from '../autograd/op.js';
import type { OpRule } from '../autograd/op-rule.js';
import type { ConvAttrs } from '../backend/attributes.js';
import { convTransposeOutputSize } from '../backend/conv-size.js';
import { ShapeError } from '../core/errors.js';
import { ofFirstInput, stamping } from '../core/geometry.js';
import { assertRank, assertSameShape, numel, type Shape } from '../core/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { convAttrs, type Conv2dAttrs, type ConvOptions } from './conv2d.js';

function inferShape(x: Shape, w: Shape, bias: Shape | undefined, attrs: ConvAttrs): Shape {
  assertRank('convTranspose2d input', x, 4);
  assertRank('convTranspose2d weight', w, 4);
  const [N, C, H, W] = x;
  const [inChannels, perGroup, kH, kW] = w;
  const { groups } = attrs;
  if (C !== inChannels) {
    throw new ShapeError(
      `convTranspose2d: input has ${String(C)} channels, weight expects ${String(inChannels)}`,
    );
  }
  if (C % groups !== 0) {
    throw new ShapeError(
      `convTranspose2d: ${String(C)} channels cannot be cut into ${String(groups)} groups`,
    );
  }
  const O = perGroup * groups;
  if (bias) assertSameShape('convTranspose2d bias', [O], bias);
  const outH = convTransposeOutputSize(H, kH, attrs, 0);
  const outW = convTransposeOutputSize(W, kW, attrs, 1);
  if (outH < 1 || outW < 1 || H < 1 || W < 1 || kH < 1 || kW < 1) {
    throw new ShapeError(
      `convTranspose2d: padding ${attrs.padding.join(', ')} leaves nothing of the` +
        ` ${String(kH)}×${String(kW)} stamps of ${String(H)}×${String(W)} pixels`,
    );
  }
  return [N, O, outH, outW];
}

/** Rule of {@link convTranspose2d}. */
export const convTranspose2dRule: OpRule<
  readonly [Tensor, Tensor, (Tensor | undefined)?],
  Conv2dAttrs
> = {
  name: 'convTranspose2d',
  computedBy: 'backend',
  geometry: ofFirstInput(stamping((attrs) => attrs)),
  macs: ([x, w]) => numel(x) * numel(w.slice(1)),
  inferShape: ([x, w, bias], attrs) => inferShape(x.shape, w.shape, bias?.shape, attrs),
  forward(backend, [x, w, bias], attrs, y) {
    const b = bias?.data ?? null;
    backend.convTranspose2d(x.data, x.shape, w.data, w.shape, b, attrs, y.data);
    return undefined;
  },
  backward(backend, [x, w, bias], attrs, y) {
    if (x.requiresGrad) {
      backend.convTranspose2dBackwardInput(y.grad, w.data, w.shape, attrs, x.grad, x.shape);
    }
    if (w.requiresGrad) {
      backend.convTranspose2dBackwardWeight(x.data, x.shape, y.grad, attrs, w.grad, w.shape);
    }
    if (bias?.requiresGrad) {
      backend.biasBackward(y.grad, y.shape[1], y.shape[2] * y.shape[3], bias.grad);
    }
  },
};

/**
 * Transposed 2-D convolution, the "Deconvolution" layer of Caffe: the adjoint of {@link conv2d}, and
 * the learnable upsampling of the paper.
 *
 * y[n, o, i·stride + ky·dilation − padding, …] += x[n, c, i, j] · w[c, o, ky, kx], from y = bias[o] on
 *
 * @param x - Coarse maps, `[N, C, H, W]`.
 * @param w - Filters, `[C, O / groups, kH, kW]`: the input channel comes first, unlike in `conv2d`.
 * @param bias - `[O]`, or null.
 * @param options - Stride in output pixels per input pixel; padding in output pixels, cut off each side.
 * @returns `[N, O, outH, outW]` with outH = stride·(H − 1) + dilation·(kH − 1) + 1 − 2·padding.
 * @throws {@link ShapeError} if ranks or channels do not fit or the padding leaves no output.
 * @see Long, Shelhamer, Darrell, "Fully Convolutional Networks for Semantic Segmentation", CVPR 2015, §3.3.
 */
export function convTranspose2d(
  x: Tensor,
  w: Tensor,
  bias: Tensor | null = null,
  options: ConvOptions = {},
): Tensor {
  const [kH, kW] = w.shape.slice(-2);
  const attrs = { ...convAttrs('convTranspose2d', options), kernelSize: [kH, kW] as const };
  return applyRule(convTranspose2dRule, [x, w, bias ?? undefined], attrs);
}
