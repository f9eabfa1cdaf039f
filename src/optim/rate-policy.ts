import { exp } from '../core/exp.js';
import { integerPower, power } from './power.js';

/** Constant rate. */
export interface FixedRate {
  /** Name of the policy. */
  readonly policy: 'fixed';
}

/** Rate that is multiplied by `gamma` every `stepSize` steps. */
export interface StepRate {
  /** Name of the policy. */
  readonly policy: 'step';
  /** Factor at each of these steps. */
  readonly gamma: number;
  /** Number of steps from one change to the next. */
  readonly stepSize: number;
}

/** Rate that is multiplied by `gamma` at every step. */
export interface ExponentialRate {
  /** Name of the policy. */
  readonly policy: 'exp';
  /** Factor at every step. */
  readonly gamma: number;
}

/** Rate that decays with a power of the inverse step. */
export interface InverseRate {
  /** Name of the policy. */
  readonly policy: 'inv';
  /** Factor on the step. */
  readonly gamma: number;
  /** Exponent. */
  readonly power: number;
}

/** Rate that is multiplied by `gamma` at given steps. */
export interface MultistepRate {
  /** Name of the policy. */
  readonly policy: 'multistep';
  /** Factor at each of these steps. */
  readonly gamma: number;
  /** Steps at which the rate changes. */
  readonly stepValues: readonly number[];
}

/** Rate that decays to 0 at a given step. */
export interface PolynomialRate {
  /** Name of the policy. */
  readonly policy: 'poly';
  /** Exponent of the fraction of remaining steps. */
  readonly power: number;
  /** Step from which on the rate is 0. */
  readonly maxIterations: number;
}

/** Rate that follows a sigmoid. */
export interface SigmoidRate {
  /** Name of the policy. */
  readonly policy: 'sigmoid';
  /** Steepness; the rate falls if negative. */
  readonly gamma: number;
  /** Step at the midpoint of the sigmoid. */
  readonly stepSize: number;
}

/** Learning rate as a function of the iteration; for the formulas see {@link rateAt}. */
export type RatePolicy =
  | FixedRate
  | StepRate
  | ExponentialRate
  | InverseRate
  | MultistepRate
  | PolynomialRate
  | SigmoidRate;

/**
 * Learning rate of an iteration, by the formulas of Caffe's solver:
 *
 * - `fixed`: base
 * - `step`: base · gamma^⌊iteration / stepSize⌋
 * - `exp`: base · gamma^iteration
 * - `inv`: base · (1 + gamma · iteration)^−power
 * - `multistep`: base · gamma^(number of stepValues ≤ iteration)
 * - `poly`: base · (1 − iteration / maxIterations)^power, 0 from maxIterations on
 * - `sigmoid`: base / (1 + exp(−gamma · (iteration − stepSize)))
 *
 * Powers with an integer exponent are products; others use this library's own `exp` and `ln`, so that a
 * run has the same bits on every engine.
 *
 * @param base - Rate before the policy.
 * @param iteration - Number of steps already done: 0 for the first step.
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
