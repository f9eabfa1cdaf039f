import type { Rng } from '../core/rng.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Observer } from './forward-pass.js';
import type { Module } from './module.js';

/** A network whose inputs and outputs have names: one or several of each. */
export interface Network {
  /** Names of the inputs, in order. */
  readonly inputs: readonly string[];
  /** Names of the outputs, in order. */
  readonly outputs: readonly string[];
  /**
   * Computes all outputs.
   *
   * @param inputs - A tensor for each name in `inputs`.
   * @param observe - Receives every tensor with the name of its value; then nothing is freed.
   * @returns A tensor for each name in `outputs`.
   * @throws {@link FcnError} if an input is missing.
   */
  run(inputs: ReadonlyMap<string, Tensor>, observe?: Observer): ReadonlyMap<string, Tensor>;
  /** As of {@link Module}. */
  parameters(): ReadonlyMap<string, Tensor>;
  /** As of {@link Module}. */
  setTraining?(training: boolean, rng?: Rng): void;
}

/** Names of the input and the output of a {@link Module}. */
const [INPUT, OUTPUT] = ['data', 'output'];

/** A module as a network of one input, `data`, and one output, `output`; a network as it is. */
export function asNetwork(model: Module | Network): Network {
  if ('run' in model) return model;
  return {
    inputs: [INPUT],
    outputs: [OUTPUT],
    run: (inputs) => new Map([...inputs.values()].map((x) => [OUTPUT, model.forward(x)])),
    parameters: () => model.parameters(),
  };
}

/** The function from the first input of a network to its first output. */
export function forwardOf(network: Network): Pick<Module, 'forward' | 'parameters'> {
  const [input] = network.inputs;
  return {
    parameters: () => network.parameters(),
    forward(x) {
      const [output] = network.run(new Map([[input, x]])).values();
      return output;
    },
  };
}
