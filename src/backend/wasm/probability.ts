import type { Backend } from '../backend.js';
import type { Arena } from './arena.js';
import type { Kernels } from './load.js';

type ProbabilityKernels = Pick<
  Backend,
  | 'sigmoid'
  | 'sigmoidBackward'
  | 'softmax'
  | 'softmaxBackward'
  | 'nllSum'
  | 'softmaxNllBackward'
  | 'argmax'
>;

/** Binds the kernels that turn scores into probabilities, classes and the loss. */
export function probabilityKernels(kernels: Kernels, arena: Arena): ProbabilityKernels {
  return {
    sigmoid(x, y) {
      kernels.sigmoid_f32(x.byteOffset, y.byteOffset, y.length);
    },
    sigmoidBackward(y, gradY, gradX) {
      const { sigmoid_backward_f32: kernel } = kernels;
      kernel(y.byteOffset, gradY.byteOffset, gradX.byteOffset, gradX.length);
    },
    softmax(x, channels, inner, y) {
      kernels.softmax_f32(x.byteOffset, y.byteOffset, x.length, channels, inner);
    },
    softmaxBackward(y, gradY, channels, inner, gradX) {
      const { softmax_backward_f32: kernel } = kernels;
      kernel(y.byteOffset, gradY.byteOffset, gradX.byteOffset, y.length, channels, inner);
    },
    nllSum(probabilities, labels, channels, inner, ignoreLabel) {
      const [p, of] = [probabilities.byteOffset, labels.byteOffset];
      return kernels.nll_sum_f32(p, of, probabilities.length, channels, inner, ignoreLabel);
    },
    softmaxNllBackward(probabilities, labels, channels, inner, ignoreLabel, scale, gradX) {
      kernels.softmax_nll_backward_f32(
        probabilities.byteOffset,
        labels.byteOffset,
        gradX.byteOffset,
        probabilities.length,
        channels,
        inner,
        ignoreLabel,
        scale,
      );
    },
    argmax(x, channels, inner, classes) {
      const words = arena.alloc(Math.ceil(classes.length / 4));
      const bytes = new Uint8Array(words.buffer, words.byteOffset, classes.length);
      kernels.argmax_f32(x.byteOffset, bytes.byteOffset, x.length, channels, inner);
      classes.set(bytes);
      arena.free(words);
    },
  };
}
