import type { Backend } from '../backend/backend.js';
import type { NamedArrays } from '../core/named-arrays.js';
import { isFiniteArray } from '../core/stored-array.js';
import { createNetwork } from './create-network.js';
import type { FcnNetwork } from './fcn.js';
import { loadParameters, planLoad, type LoadReport } from './load-parameters.js';
import { ModelFileError, type Model } from './model-file.js';
import type { CompleteSpec } from './network-spec.js';

/**
 * Builds the network of a model, with its weights, ready for use: nothing in it takes a gradient.
 *
 * @param name - Of the file, for messages.
 * @throws {@link ModelFileError} if the weights do not fit the network or are not finite. That is
 *   found before the network takes any memory.
 */
export function instantiate(backend: Backend, model: Model, name: string): FcnNetwork {
  assertFits(model, name);
  const network = createNetwork(backend, model.spec);
  loadParameters(network, model.parameters);
  network.setTraining(false);
  for (const tensor of network.parameters().values()) tensor.requiresGrad = false;
  return network;
}

/**
 * The network of a model without its weights, which stay where they are: to be compiled with them.
 *
 * @param name - Of the file, for messages.
 * @throws As {@link instantiate}.
 */
export function instantiateDry(model: Model, name: string): FcnNetwork {
  assertFits(model, name);
  const network = createNetwork(null, model.spec);
  network.setTraining(false);
  return network;
}

/** Checks the weights against a network without numbers. */
function assertFits({ spec, parameters }: Model, name: string): void {
  const { missing, dropped, coerced } = planFor(spec, parameters, name);
  const faults = [
    ['lacks', missing],
    ['has no place for', dropped],
    ['wants another shape of', coerced],
  ] as const;
  for (const [fault, arrays] of faults) {
    const array = arrays.at(0);
    if (array !== undefined) throw new ModelFileError(`${name}: the network ${fault} ${array}`);
  }
  for (const [array, numbers] of parameters) {
    if (!isFiniteArray(numbers)) {
      throw new ModelFileError(`${name}: ${array} has no finite numbers`);
    }
  }
}

function planFor(spec: CompleteSpec, parameters: NamedArrays, name: string): LoadReport {
  try {
    return planLoad(createNetwork(null, spec).parameters(), parameters, (array) => array);
  } catch (cause) {
    throw new ModelFileError(`${name}: ${(cause as Error).message}`, { cause });
  }
}
