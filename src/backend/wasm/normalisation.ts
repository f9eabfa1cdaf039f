import type { BatchStats, FloatArray } from '../attributes.js';
import type { Backend } from '../backend.js';
import type { Arena } from './arena.js';
import type { Kernels } from './load.js';

type NormalisationKernels = Pick<
  Backend,
  'lrn' | 'lrnBackward' | 'channelMoments' | 'batchNorm' | 'batchNormBackward'
>;

/** Binds local response normalisation and batch normalisation. */
export function normalisationKernels(kernels: Kernels, arena: Arena): NormalisationKernels {
  return { ...lrnKernels(kernels, arena), ...batchNormKernels(kernels, arena) };
}

function lrnKernels(kernels: Kernels, arena: Arena): Pick<Backend, 'lrn' | 'lrnBackward'> {
  return {
    lrn(x, [N, C, H, W], { size, alpha, beta, k }, y, scale) {
      const inner = H * W;
      for (let n = 0; n < N; n++) {
        const image = n * C * inner * 4;
        const [from, to] = [x.byteOffset + image, scale.byteOffset + image];
        kernels.lrn_scale_f32(from, to, C, inner, size, alpha / size, k);
      }
      kernels.lrn_apply_f32(x.byteOffset, scale.byteOffset, y.byteOffset, x.length, beta);
    },
    lrnBackward(x, [N, C, H, W], { size, alpha, beta }, y, scale, gradY, gradX) {
      const inner = H * W;
      const ratio = arena.alloc(x.length);
      kernels.lrn_backward_direct_f32(
        y.byteOffset,
        scale.byteOffset,
        gradY.byteOffset,
        gradX.byteOffset,
        ratio.byteOffset,
        x.length,
        beta,
      );
      for (let n = 0; n < N; n++) {
        const image = n * C * inner * 4;
        kernels.lrn_backward_window_f32(
          x.byteOffset + image,
          ratio.byteOffset + image,
          gradX.byteOffset + image,
          C,
          inner,
          size,
          (2 * alpha * beta) / size,
        );
      }
      arena.free(ratio);
    },
  };
}

/** Fields of `ChannelTerms` in kernels/batch-norm2d.ts. */
const TERMS = 6;

function batchNormKernels(
  kernels: Kernels,
  arena: Arena,
): Pick<Backend, 'channelMoments' | 'batchNorm' | 'batchNormBackward'> {
  return {
    channelMoments(x, inner, mean, variance) {
      const channels = mean.length;
      const images = x.length / (channels * inner);
      const { channel_moments_f32: kernel } = kernels;
      kernel(x.byteOffset, mean.byteOffset, variance.byteOffset, images, channels, inner);
    },
    batchNorm(x, inner, stats, weight, bias, y) {
      const channels = stats.mean.length;
      const terms = arena.alloc(channels * TERMS);
      for (let c = 0; c < channels; c++) {
        const own = [stats.mean[c], stats.invStd[c], weight?.[c] ?? 1, bias?.[c] ?? 0];
        terms.set(own, c * TERMS);
      }
      const planes = x.length / inner;
      const { batch_norm_f32: kernel } = kernels;
      kernel(x.byteOffset, y.byteOffset, terms.byteOffset, planes, channels, inner);
      arena.free(terms);
    },
    batchNormBackward(x, inner, stats, weight, gradY, training, grads) {
      const channels = stats.mean.length;
      const terms = arena.alloc(channels * TERMS);
      const gains = arena.alloc(channels);
      const sums = channelSums(kernels, arena, x, gradY, inner, stats);
      const count = x.length / channels;
      for (let c = 0; c < channels; c++) {
        const { sum, product } = sums[c];
        if (grads.bias) grads.bias[c] += Math.fround(sum);
        if (grads.weight) grads.weight[c] += Math.fround(product);
        gains[c] = stats.invStd[c] * (weight?.[c] ?? 1);
        const own = [stats.mean[c], stats.invStd[c], gains[c], 0, sum / count, product / count];
        terms.set(own, c * TERMS);
      }
      if (grads.x) {
        const [from, gradFrom, to] = [x.byteOffset, gradY.byteOffset, grads.x.byteOffset];
        const planes = x.length / inner;
        const { batch_norm_backward_f32: ownMoments, channel_scale_backward_input_f32: given } =
          kernels;
        if (training) ownMoments(from, gradFrom, to, terms.byteOffset, planes, channels, inner);
        else given(gradFrom, gains.byteOffset, to, planes, channels, inner);
      }
      for (const buffer of [terms, gains]) arena.free(buffer);
    },
  };
}

/** Σ gradY and Σ gradY · x̂ of each channel, in float64. */
function channelSums(
  kernels: Kernels,
  arena: Arena,
  x: FloatArray,
  gradY: FloatArray,
  inner: number,
  { mean, invStd }: BatchStats,
): { sum: number; product: number }[] {
  const channels = mean.length;
  const image = channels * inner * 4;
  const words = arena.alloc(4);
  const pair = new Float64Array(words.buffer, words.byteOffset, 2);
  const sums = Array.from(mean, (center, c) => {
    const start = c * inner * 4;
    kernels.batch_norm_sums_f32(
      x.byteOffset + start,
      gradY.byteOffset + start,
      pair.byteOffset,
      (x.length * 4) / image,
      image,
      inner,
      center,
      invStd[c],
    );
    return { sum: pair[0], product: pair[1] };
  });
  arena.free(words);
  return sums;
}
