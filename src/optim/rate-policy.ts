import { exp } from '../core/exp.js';
import { integerPower, power } from './power.js';

/** The rate stays. */
export interface FixedRate {
  /** Which policy this is. */
  readonly policy: 'fixed';
}

/** The rate falls every so many steps. */
export interface StepRate {
  /** Which policy this is. */
  readonly policy: 'step';
  /** Factor at every fall. */
  readonly gamma: number;
  /** Steps between falls. */
  readonly stepSize: number;
}

/** The rate falls with every step. */
export interface ExponentialRate {
  /** Which policy this is. */
  readonly policy: 'exp';
  /** Factor at every step. */
  readonly gamma: number;
}

/** The rate falls like a power of the step's inverse. */
export interface InverseRate {
  /** Which policy this is. */
  readonly policy: 'inv';
  /** Weight of the step. */
  readonly gamma: number;
  /** Exponent. */
  readonly power: number;
}

/** The rate falls at given steps. */
export interface MultistepRate {
  /** Which policy this is. */
  readonly policy: 'multistep';
  /** Factor at every fall. */
  readonly gamma: number;
  /** Steps from which it has fallen once more. */
  readonly stepValues: readonly number[];
}

/** The rate falls to 0 at a given step. */
export interface PolynomialRate {
  /** Which policy this is. */
  readonly policy: 'poly';
  /** Exponent of the share of steps that is left. */
  readonly power: number;
  /** Step from which the rate is 0. */
  readonly maxIterations: number;
}

/** The rate goes from one level to another along a sigmoid. */
export interface SigmoidRate {
  /** Which policy this is. */
  readonly policy: 'sigmoid';
  /** Steepness; falls if negative. */
  readonly gamma: number;
  /** Step at which half the way is made. */
  readonly stepSize: number;
}

/** How the learning rate changes with the iteration; formulas at {@link rateAt}. */
export type RatePolicy =
  | FixedRate
  | StepRate
  | ExponentialRate
  | InverseRate
  | MultistepRate
  | PolynomialRate
  | SigmoidRate;

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
