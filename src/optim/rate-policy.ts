import { exp } from '../core/exp.js';
import { integerPower, power } from './power.js';

/** How the learning rate changes with the iteration; formulas at {@link rateAt}. */
export type RatePolicy =
  | { readonly policy: 'fixed' }
  | { readonly policy: 'step'; readonly gamma: number; readonly stepSize: number }
  | { readonly policy: 'exp'; readonly gamma: number }
  | { readonly policy: 'inv'; readonly gamma: number; readonly power: number }
  | { readonly policy: 'multistep'; readonly gamma: number; readonly stepValues: readonly number[] }
  | { readonly policy: 'poly'; readonly power: number; readonly maxIterations: number }
  | { readonly policy: 'sigmoid'; readonly gamma: number; readonly stepSize: number };

/**
 * Learning rate of an iteration, as Caffe's solver has it:
 *
 * - `fixed`: base
 * - `step`: base · gamma^⌊iteration / stepSize⌋
 * - `exp`: base · gamma^iteration
 * - `inv`: base · (1 + gamma · iteration)^−power
 * - `multistep`: base · gamma^(number of stepValues ≤ iteration)
 * - `poly`: base · (1 − iteration / maxIterations)^power, 0 from maxIterations on
 * - `sigmoid`: base / (1 + exp(−gamma · (iteration − stepSize)))
 *
 * Powers are products where the exponent is an integer and this library's own `exp` and `ln` where
 * it is not, so that a run has the same bits on every engine.
 *
 * @param base - Rate before any change.
 * @param iteration - Steps already made: the first step has iteration 0.
 */
export function rateAt(policy: RatePolicy, base: number, iteration: number): number {
  switch (policy.policy) {
    case 'fixed':
      return base;
    case 'step':
      return base * integerPower(policy.gamma, Math.floor(iteration / policy.stepSize));
    case 'exp':
      return base * integerPower(policy.gamma, iteration);
    case 'inv':
      return base * power(1 + policy.gamma * iteration, -policy.power);
    case 'multistep': {
      const passed = policy.stepValues.filter((value) => value <= iteration).length;
      return base * integerPower(policy.gamma, passed);
    }
    case 'poly': {
      const left = 1 - Math.min(iteration, policy.maxIterations) / policy.maxIterations;
      return base * power(left, policy.power);
    }
    case 'sigmoid':
      return base / (1 + exp(-policy.gamma * (iteration - policy.stepSize)));
  }
}
