import type { CaffeMessage } from '../../io/caffe/message.js';
import type { ParameterRule } from '../../optim/parameter-rule.js';

/** Multipliers of one parameter. */
export interface ParameterMultipliers {
  /** Multiplier of the learning rate, `lr_mult`. */
  readonly rate: number;
  /** Multiplier of the weight decay, `decay_mult`. */
  readonly decay: number;
}

/** Multipliers of learning rate and weight decay, by name of the parameter. */
export type MultipliersByName = ReadonlyMap<string, ParameterMultipliers>;

/** Reads the multipliers of a ParamSpec; both are 1 if there is none. */
export function multipliersOf(spec: CaffeMessage | undefined): ParameterMultipliers {
  return { rate: spec?.number('lr_mult', 1) ?? 1, decay: spec?.number('decay_mult', 1) ?? 1 };
}

/** Converts multipliers to rules for an optimiser. */
export function parameterRules(multipliers: MultipliersByName): ParameterRule[] {
  return Array.from(multipliers, ([match, { rate, decay }]) => ({ match, rate, decay }));
}
