import { CHECKED_LATER, checkOptions, type OptionChecks } from '../core/check-options.js';
import { applyRule } from '../autograd/op.js';
import type { OpRule } from '../autograd/op-rule.js';
import type { ConvAttrs } from '../backend/attributes.js';
import { convOutputSize } from '../backend/conv-size.js';
import { ShapeError } from '../core/errors.js';
import { ofFirstInput, sliding } from '../core/geometry.js';
import { assertPair, assertRank, assertSameShape, numel, toPair } from '../core/shape.js';
import type { Pair, Shape } from '../core/shape.js';
import type { Tensor } from '../tensor/tensor.js';

/** Geometry as a caller gives it: a number stands for both axes. */
export interface ConvOptions {
  /** Step between neighbouring windows; default 1. */
  readonly stride?: number | Pair;
  /** Zeros around the input; default 0. */
  readonly padding?: number | Pair;
  /** Step between the taps of a window; default 1. */
  readonly dilation?: number | Pair;
  /** Number of channel groups; default 1. */
  readonly groups?: number;
}

const OPTIONS: OptionChecks<ConvOptions> = {
  stride: CHECKED_LATER,
  padding: CHECKED_LATER,
  dilation: CHECKED_LATER,
  groups: CHECKED_LATER,
};

/**
 * Fills in the defaults.
 *
 * @throws {@link ShapeError} unless strides, dilations and groups are ≥ 1 and the padding is ≥ 0.
 */
export function convAttrs(op: string, options: ConvOptions): ConvAttrs {
  checkOptions(op, options, OPTIONS);
  const attrs = {
    stride: toPair(options.stride ?? 1),
    padding: toPair(options.padding ?? 0),
    dilation: toPair(options.dilation ?? 1),
    groups: options.groups ?? 1,
  };
  assertPair(`${op} stride`, attrs.stride, 1);
  assertPair(`${op} padding`, attrs.padding, 0);
  assertPair(`${op} dilation`, attrs.dilation, 1);
  assertPair(`${op} groups`, [attrs.groups, attrs.groups], 1);
  return attrs;
}

/** Attributes in the graph also know the kernel, so that geometry follows from the graph alone. */
export interface Conv2dAttrs extends ConvAttrs {
  /** Extent of the window. */
  readonly kernelSize: Pair;
}

function inferShape(x: Shape, w: Shape, bias: Shape | undefined, attrs: ConvAttrs): Shape {
  assertRank('conv2d input', x, 4);
  assertRank('conv2d weight', w, 4);
  const [N, C, H, W] = x;
  const [O, I, kH, kW] = w;
  const { groups } = attrs;
  if (C !== I * groups) {
    throw new ShapeError(
      `conv2d: input has ${String(C)} channels, weight expects ${String(I * groups)}`,
    );
  }
  if (O % groups !== 0) {
    throw new ShapeError(
      `conv2d: ${String(O)} outputs cannot be cut into ${String(groups)} groups`,
    );
  }
  if (bias) assertSameShape('conv2d bias', [O], bias);
  const outH = convOutputSize(H, kH, attrs, 0);
  const outW = convOutputSize(W, kW, attrs, 1);
  if (outH < 1 || outW < 1 || kH < 1 || kW < 1) {
    throw new ShapeError(
      `conv2d: a ${String(kH)}×${String(kW)} window does not fit into ${String(H)}×${String(W)}` +
        ` with padding ${attrs.padding.join(', ')}`,
    );
  }
  return [N, O, outH, outW];
}

/** Rule of {@link conv2d}. */
export const conv2dRule: OpRule<readonly [Tensor, Tensor, (Tensor | undefined)?], Conv2dAttrs> = {
  name: 'conv2d',
  computedBy: 'backend',
  geometry: ofFirstInput(sliding((attrs) => attrs)),
  macs: ([, w], y) => numel(y) * numel(w.slice(1)),
  inferShape: ([x, w, bias], attrs) => inferShape(x.shape, w.shape, bias?.shape, attrs),
  forward(backend, [x, w, bias], attrs, y) {
    backend.conv2d(x.data, x.shape, w.data, w.shape, bias?.data ?? null, attrs, y.data);
    return undefined;
  },
  backward(backend, [x, w, bias], attrs, y) {
    if (x.requiresGrad) {
      backend.conv2dBackwardInput(y.grad, w.data, w.shape, attrs, x.grad, x.shape);
    }
    if (w.requiresGrad) {
      backend.conv2dBackwardWeight(x.data, x.shape, y.grad, attrs, w.grad, w.shape);
    }
    if (bias?.requiresGrad) {
      backend.biasBackward(y.grad, y.shape[1], y.shape[2] * y.shape[3], bias.grad);
    }
  },
};

/**
 * 2-D convolution, in the sense of the field: a cross-correlation with learned filters.
 *
 * y[n, o, i, j] = bias[o] + Σ_ky Σ_kx Σ_c x[n, c, i·stride + ky·dilation − padding, …] · w[o, c, ky, kx]
 *
 * @param x - Feature maps, `[N, C, H, W]`.
 * @param w - Filters, `[O, C / groups, kH, kW]`.
 * @param bias - `[O]`, or null.
 * @param options - Stride and dilation in input pixels; padding in pixels of zeros on each side.
 * @returns `[N, O, outH, outW]` with outH = ⌊(H + 2·padding − dilation·(kH − 1) − 1) / stride⌋ + 1.
 * @throws {@link ShapeError} if ranks or channels do not fit or no window fits into the input.
 * @see Caffe's Convolution layer; the order of the sum is that of docs/numerics.md.
 */
export function conv2d(
  x: Tensor,
  w: Tensor,
  bias: Tensor | null = null,
  options: ConvOptions = {},
): Tensor {
  const [kH, kW] = w.shape.slice(-2);
  const attrs = {
    ...convAttrs('conv2d', options),
    kernelSize: [kH, kW] as const,
  };
  return applyRule(conv2dRule, [x, w, bias ?? undefined], attrs);
}
