import { checkOptions, finiteNumber, type OptionChecks } from '../core/check-options.js';
import type { Tensor } from '../tensor/tensor.js';
import {
  createOptimizer,
  OPTIMIZER_OPTIONS,
  type Optimizer,
  type OptimizerOptions,
} from './optimizer.js';

/** Options of {@link createSgd}. */
export interface SgdOptions extends OptimizerOptions {
  /** Factor on the velocity of the previous step; default 0. */
  readonly momentum?: number;
}

const OPTIONS: OptionChecks<SgdOptions> = {
  ...OPTIMIZER_OPTIONS,
  momentum: finiteNumber(0, 1),
};

/**
 * Creates stochastic gradient descent with momentum, by Caffe's rule: the velocity includes the rate.
 *
 * g = gradient / batches + decay · w; v = momentum · v + rate · g; w −= v
 *
 * @param parameters - By name; parameters that are frozen at this call are never updated.
 * @see Caffe's `sgd_solver.cpp`. Differs from PyTorch's SGD as soon as the rate changes.
 */
export function createSgd(
  parameters: ReadonlyMap<string, Tensor>,
  options: SgdOptions = {},
): Optimizer {
  checkOptions('createSgd', options, OPTIONS);
  const { momentum = 0 } = options;
  return createOptimizer(parameters, options, {
    buffers: ['velocity'],
    update({ parameter, decay, buffers: [velocity] }, rate, gradScale) {
      const attrs = { rate, momentum, decay, gradScale };
      parameter.backend?.sgdStep(parameter.data, parameter.grad, velocity, attrs);
    },
  });
}
