import type { FloatArray } from '../backend/attributes.js';
import { finiteNumber, listOf, OBJECT, oneOf, type OptionChecks } from '../core/check-options.js';
import { FcnError } from '../core/errors.js';
import type { NamedArrays } from '../core/named-arrays.js';
import { sameShape, showShape } from '../core/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { factorsOf, type ParameterRule } from './parameter-rule.js';

/** Options of every optimiser. */
export interface OptimizerOptions {
  /** Weight decay: decay · w is added to the gradient; default 0. */
  readonly weightDecay?: number;
  /** `value`, the default, adds decay · w (L2); `sign` adds decay · sign(w) (L1). */
  readonly decayBy?: 'value' | 'sign';
  /** Limit of the global L2 norm of the accumulated gradients; default: none. */
  readonly clipNorm?: number;
  /** Factors on rate and decay by parameter name; default none. */
  readonly rules?: readonly ParameterRule[];
}

/** The options that every optimiser accepts. */
export const OPTIMIZER_OPTIONS: OptionChecks<OptimizerOptions> = {
  weightDecay: finiteNumber(0),
  decayBy: oneOf('value', 'sign'),
  clipNorm: finiteNumber(0),
  rules: listOf(OBJECT),
};

/** State of an optimiser between steps, without the parameters. */
export interface OptimizerState {
  /** Steps made so far. */
  readonly steps: number;
  /** Running values by kind and parameter: `velocity/conv1.weight`. */
  readonly arrays: NamedArrays;
}

/** Updates parameters by their gradients. */
export interface Optimizer {
  /** Sets the gradients of the parameters to zero. */
  zeroGrad(): void;
  /**
   * Updates the parameters once from the accumulated gradients.
   *
   * @param rate - Learning rate before the factors of the rules.
   * @param batches - Number of batches whose gradients were added; the update uses their mean.
   */
  step(rate: number, batches?: number): void;
  /** Copies the state; training that continues from it has the same bits. */
  state(): OptimizerState;
  /** Restores a state. @throws {@link FcnError} if its arrays do not fit these parameters. */
  restore(state: OptimizerState): void;
}

/** A trained parameter with its factors and running values. */
export interface Slot {
  readonly name: string;
  readonly parameter: Tensor;
  readonly rateFactor: number;
  readonly decay: number;
  /** Running values, each as long as the parameter. */
  readonly buffers: readonly FloatArray[];
}

/** Update of one parameter: the part that differs between optimisers. */
export interface UpdateRule {
  /** Names of the running values, in the order of {@link Slot.buffers}. */
  readonly buffers: readonly string[];
  /** @param step - Number of this step, from 1. */
  update(slot: Slot, rate: number, gradScale: number, step: number): void;
}

/**
 * Creates an optimiser from an update rule. In Caffe's order: clip the accumulated gradients by their
 * global norm, divide by the number of batches, add the decay, update.
 *
 * Decay by sign is added to the gradients in place. Parameters that are frozen at this call (`requiresGrad`
 * false) or have a rate factor of 0 are never updated. Gradients and running values are allocated here, so
 */
export function createOptimizer(
  parameters: ReadonlyMap<string, Tensor>,
  options: OptimizerOptions,
  rule: UpdateRule,
): Optimizer {
  const slots = makeSlots(parameters, options, rule);
  let steps = 0;
  return {
    zeroGrad() {
      for (const { parameter } of slots) parameter.zeroGrad();
    },
    step(rate, batches = 1) {
      const gradScale = clipFactor(slots, options.clipNorm) / batches;
      steps++;
      for (const slot of slots) {
        const slotRate = rate * slot.rateFactor;
        if (options.decayBy !== 'sign') rule.update(slot, slotRate, gradScale, steps);
        else rule.update(withSignDecay(slot, gradScale), slotRate, 1, steps);
      }
    },
    state: () => ({ steps, arrays: new Map(namedBuffers(slots, rule).map(copyOf)) }),
    restore(state) {
      const wanted = namedBuffers(slots, rule);
      if (state.arrays.size !== wanted.length) {
        throw new FcnError(
          `optimizer state: wrong number of arrays (got ${String(state.arrays.size)}, expected ${String(wanted.length)})`,
        );
      }
      for (const [name, { shape, buffer }] of wanted) {
        const saved = state.arrays.get(name);
        if (saved === undefined || !sameShape(saved.shape, shape)) {
          throw new FcnError(`optimizer state: missing array ${name} of shape ${showShape(shape)}`);
        }
        buffer.set(saved.data);
      }
      steps = state.steps;
    },
  };
}

/** Scales the gradient in place and adds the decay by sign; returns the slot without decay. */
function withSignDecay(slot: Slot, gradScale: number): Slot {
  const { data, grad } = slot.parameter;
  for (let i = 0; i < grad.length; i++) {
    grad[i] = grad[i] * gradScale + slot.decay * Math.sign(data[i]);
  }
  return { ...slot, decay: 0 };
}

function makeSlots(
  parameters: ReadonlyMap<string, Tensor>,
  { rules = [], weightDecay = 0 }: OptimizerOptions,
  rule: UpdateRule,
): Slot[] {
  const slots: Slot[] = [];
  for (const [name, parameter] of parameters) {
    const factors = factorsOf(name, rules);
    const { backend } = parameter;
    if (!parameter.requiresGrad || factors.rate === 0 || backend === null) continue;
    slots.push({
      name,
      parameter,
      rateFactor: factors.rate,
      decay: weightDecay * factors.decay,
      buffers: rule.buffers.map(() => backend.allocZeros(parameter.grad.length)),
    });
  }
  return slots;
}

/** limit / norm if the global L2 norm of the gradients, summed in float64, exceeds the limit; else 1. */
function clipFactor(slots: readonly Slot[], limit = Infinity): number {
  if (limit === Infinity) return 1;
  let squares = 0;
  for (const { parameter } of slots) for (const value of parameter.grad) squares += value * value;
  const norm = Math.sqrt(squares);
  return norm > limit ? limit / norm : 1;
}

type NamedBuffer = readonly [string, { shape: Tensor['shape']; buffer: FloatArray }];

function namedBuffers(slots: readonly Slot[], rule: UpdateRule): NamedBuffer[] {
  return slots.flatMap(({ name, parameter, buffers }) =>
    rule.buffers.map((kind, i) => {
      return [`${kind}/${name}`, { shape: parameter.shape, buffer: buffers[i] }] as const;
    }),
  );
}

function copyOf([name, { shape, buffer }]: NamedBuffer) {
  return [name, { shape, data: Float32Array.from(buffer) }] as const;
}
