import type { Backend } from '../backend.js';
import type { Arena } from './arena.js';
import type { Kernels } from './load.js';

/** Binds the steps of the optimisers. */
export function optimizerKernels(
  kernels: Kernels,
  arena: Arena,
): Pick<Backend, 'sgdStep' | 'adamStep'> {
  return {
    sgdStep(w, grad, velocity, { rate, momentum, decay, gradScale }) {
      kernels.sgd_step_f32(
        w.byteOffset,
        grad.byteOffset,
        velocity.byteOffset,
        w.length,
        rate,
        momentum,
        decay,
        gradScale,
      );
    },
    adamStep(w, grad, moment1, moment2, { rate, beta1, beta2, epsilon, decay, gradScale }) {
      const terms = arena.alloc(8); // `AdamTerms` in kernels/optimizer.ts
      terms.set([rate, epsilon, decay, gradScale, beta1, 1 - beta1, beta2, 1 - beta2]);
      kernels.adam_step_f32(
        w.byteOffset,
        grad.byteOffset,
        moment1.byteOffset,
        moment2.byteOffset,
        w.length,
        terms.byteOffset,
      );
      arena.free(terms);
    },
  };
}
