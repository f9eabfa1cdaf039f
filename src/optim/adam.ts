import { checkOptions, finiteNumber, type OptionChecks } from '../core/check-options.js';
import type { Tensor } from '../tensor/tensor.js';
import {
  createOptimizer,
  OPTIMIZER_OPTIONS,
  type Optimizer,
  type OptimizerOptions,
} from './optimizer.js';
import { integerPower } from './power.js';

/** Options of {@link createAdam}. */
export interface AdamOptions extends OptimizerOptions {
  /** Decay of the running mean of gradients; default 0.9. */
  readonly beta1?: number;
  /** Decay of the running mean of squared gradients; default 0.999. */
  readonly beta2?: number;
  /** Added to the denominator, so that it is not 0; default 1e-8. */
  readonly epsilon?: number;
}

const OPTIONS: OptionChecks<AdamOptions> = {
  ...OPTIMIZER_OPTIONS,
  beta1: finiteNumber(0, 1),
  beta2: finiteNumber(0, 1),
  epsilon: finiteNumber(0),
};

/**
 * Creates the Adam optimiser, with weight decay added to the gradient.
 *
 * m = β1·m + (1 − β1)·g; v = β2·v + (1 − β2)·g²; w −= rate · m̂ / (√v̂ + ε), where m̂ and v̂ are m and v
 * divided by 1 − β1ᵗ and 1 − β2ᵗ. Both divisions are folded into rate and ε: one factor per step instead
 * of two divisions per element.
 *
 * @param parameters - By name; parameters that are frozen at this call are never updated.
 * @see Kingma, Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015, algorithm 1 and the
 *   remark on the order of computation after it.
 */
export function createAdam(
  parameters: ReadonlyMap<string, Tensor>,
  options: AdamOptions = {},
): Optimizer {
  checkOptions('createAdam', options, OPTIONS);
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
  return createOptimizer(parameters, options, {
    buffers: ['moment1', 'moment2'],
    update({ parameter, decay, buffers: [moment1, moment2] }, rate, gradScale, step) {
      const correction = Math.sqrt(1 - integerPower(beta2, step));
      const attrs = {
        rate: (rate * correction) / (1 - integerPower(beta1, step)),
        epsilon: epsilon * correction,
        ...{ beta1, beta2, decay, gradScale },
      };
      parameter.backend?.adamStep(parameter.data, parameter.grad, moment1, moment2, attrs);
    },
  });
}
