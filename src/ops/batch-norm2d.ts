import {
  CHECKED_LATER,
  checkOptions,
  finiteNumber,
  FLAG,
  type OptionChecks,
} from '../core/check-options.js';
import { applyRule } from '../autograd/op.js';
import type { OpRule } from '../autograd/op-rule.js';
import { IDENTITY_MAP } from '../core/coordinate-map.js';
import { ShapeError } from '../core/errors.js';
import { geometryBy, ofFirstInput, placed, POINTWISE } from '../core/geometry.js';
import { assertRank, assertSameShape } from '../core/shape.js';
import { Tensor } from '../tensor/tensor.js';
import { weightAndBias } from './weight-and-bias.js';

/** Mean and variance of every channel, `[C]` each. */
export interface ChannelStatistics {
  /** Mean of each channel. */
  readonly mean: Tensor;
  /** Variance of each channel. */
  readonly variance: Tensor;
}

/** Options of {@link batchNorm2d}. */
export interface BatchNorm2dOptions {
  /** Factor of each channel after normalising, `[C]`; default: none. */
  readonly weight?: Tensor | null;
  /** Summand of each channel after that, `[C]`; default: none. */
  readonly bias?: Tensor | null;
  /** Added to the variance; default 1e-5. */
  readonly epsilon?: number;
  /** True if the statistics are {@link batchMoments} of x itself: the gradient then flows through them. */
  readonly training?: boolean;
}

const OPTIONS: OptionChecks<BatchNorm2dOptions> = {
  weight: CHECKED_LATER,
  bias: CHECKED_LATER,
  epsilon: finiteNumber(0),
  training: FLAG,
};

/** Attributes of a batch normalisation in the graph. */
export interface BatchNormAttrs {
  /** Added to the variance. */
  readonly epsilon: number;
  /** True if the statistics are those of x itself. */
  readonly training: boolean;
  /** True if there is a weight: the graph's inputs do not tell it from a bias alone. */
  readonly weighted: boolean;
}

/** x, mean, variance, then the weight if there is one, then the bias if there is one. */
type BatchNormInputs = readonly [Tensor, Tensor, Tensor, ...Tensor[]];

/** In training every pixel counts in the statistics. */
const MIXED = placed(() => IDENTITY_MAP);

/** Rule of {@link batchNorm2d}. */
export const batchNorm2dRule: OpRule<BatchNormInputs, BatchNormAttrs> = {
  name: 'batchNorm2d',
  computedBy: 'backend',
  geometry: ofFirstInput(geometryBy(({ training }) => (training ? MIXED : POINTWISE))),
  isTraining: ({ training }) => training,
  buffers: ([x]) => [[x[1]]],
  inferShape([x, ...perChannel]) {
    assertRank('batchNorm2d input', x.shape, 4);
    for (const values of perChannel) {
      assertSameShape('batchNorm2d channels', [x.shape[1]], values.shape);
    }
    return x.shape;
  },
  forward(backend, [x, mean, variance, ...affine], { epsilon, weighted }, y) {
    const [weight, bias] = weightAndBias(affine, weighted);
    const invStd = backend.alloc(x.shape[1]);
    invStd.set(variance.data.map((value) => 1 / Math.sqrt(value + epsilon)));
    const stats = { mean: mean.data, invStd };
    const inner = x.shape[2] * x.shape[3];
    backend.batchNorm(x.data, inner, stats, weight?.data ?? null, bias?.data ?? null, y.data);
    return [invStd];
  },
  backward(backend, [x, mean, , ...affine], { training, weighted }, y, [invStd]) {
    const [weight, bias] = weightAndBias(affine, weighted);
    const stats = { mean: mean.data, invStd };
    const inner = x.shape[2] * x.shape[3];
    backend.batchNormBackward(x.data, inner, stats, weight?.data ?? null, y.grad, training, {
      x: x.requiresGrad ? x.grad : null,
      weight: weight?.requiresGrad ? weight.grad : null,
      bias: bias?.requiresGrad ? bias.grad : null,
    });
  },
};

/**
 * Batch normalisation: y = (x − mean[c]) / √(variance[c] + epsilon) · weight[c] + bias[c].
 *
 * In training, pass the batch's own moments and let the running ones follow:
 * `batchNorm2d(x, moments, { training: true })` with `moments = batchMoments(x)`, then
 * {@link updateRunningStatistics}. Otherwise pass the running ones. Mean and variance get no gradient
 * of their own.
 *
 * @param x - `[N, C, H, W]`.
 * @returns The same shape.
 * @throws {@link ShapeError} if the rank is not 4 or anything per channel is not `[C]`.
 * @see Caffe's BatchNorm layer, which has no weight and bias (a Scale layer follows it).
 */
export function batchNorm2d(
  x: Tensor,
  { mean, variance }: ChannelStatistics,
  options: BatchNorm2dOptions = {},
): Tensor {
  checkOptions('batchNorm2d', options, OPTIONS);
  const { weight, bias, epsilon = 1e-5, training = false } = options;
  const affine = [weight ?? [], bias ?? []].flat();
  const attrs = { epsilon, training, weighted: Boolean(weight) };
  return applyRule(batchNorm2dRule, [x, mean, variance, ...affine], attrs);
}

/**
 * Mean and biased variance (the mean squared distance from the mean) of each channel over images and
 * positions: sums in float64, in index order, rounded once.
 *
 * @param x - `[N, C, H, W]`.
 * @throws {@link ShapeError} if the rank is not 4 or a channel has no value.
 */
export function batchMoments(x: Tensor): ChannelStatistics {
  assertRank('batchMoments input', x.shape, 4);
  const [N, C, H, W] = x.shape;
  if (N * H * W === 0) throw new ShapeError(`batchMoments: no values in ${x.describe()}`);
  const { backend } = x;
  if (backend === null) return { mean: Tensor.dry([C]), variance: Tensor.dry([C]) };
  const mean = Tensor.zeros(backend, [C]);
  const variance = Tensor.zeros(backend, [C]);
  backend.channelMoments(x.data, H * W, mean.data, variance.data);
  return { mean, variance };
}

/**
 * Moves running statistics towards those of a batch: running = (1 − momentum) · running + momentum ·
 * batch, where the batch's variance is made unbiased by count / (count − 1) first, if count > 1.
 *
 * Caffe's BatchNorm instead keeps sums that fade (running = fraction · running + batch) with a third
 * number that counts them, by which it divides when the statistics are used.
 *
 * @param count - Values per channel of the batch: N · H · W.
 * @param momentum - Share of the batch, as in PyTorch: default 0.1.
 */
export function updateRunningStatistics(
  running: ChannelStatistics,
  batch: ChannelStatistics,
  count: number,
  momentum = 0.1,
): void {
  const unbiased = count > 1 ? count / (count - 1) : 1;
  mix(running.mean.data, batch.mean.data, momentum, 1);
  mix(running.variance.data, batch.variance.data, momentum, unbiased);
}

function mix(
  running: { [index: number]: number; readonly length: number },
  batch: ArrayLike<number>,
  share: number,
  factor: number,
): void {
  for (let c = 0; c < running.length; c++) {
    running[c] = (1 - share) * running[c] + share * (batch[c] * factor);
  }
}
