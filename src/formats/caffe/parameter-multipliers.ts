import type { Message } from '../../io/caffe/message.js';
import type { ParameterRule } from '../../optim/parameter-rule.js';

/** Factors of one parameter. */
export interface ParameterMultipliers {
  /** On the learning rate. */
  readonly rate: number;
  /** On the weight decay. */
  readonly decay: number;
}

/** Factors on learning rate and weight decay, by the name of a parameter. */
export type MultipliersByName = ReadonlyMap<string, ParameterMultipliers>;

/** What a ParamSpec says; 1 and 1 where there is none. */
export function multipliersOf(spec: Message | undefined): ParameterMultipliers {
  return { rate: spec?.number('lr_mult', 1) ?? 1, decay: spec?.number('decay_mult', 1) ?? 1 };
}

/** The factors as an optimiser takes them. */
export function parameterRules(multipliers: MultipliersByName): ParameterRule[] {
  return Array.from(multipliers, ([match, { rate, decay }]) => ({ match, rate, decay }));
}
