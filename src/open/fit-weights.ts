import { FcnError } from '../core/errors.js';
import type { NamedArray, NamedArrays } from '../core/named-arrays.js';
import { loadParameters, planLoad } from '../models/load-parameters.js';
import type { Network } from '../nn/network.js';

/** Weights with the names and shapes of a network's parameters. */
export interface FittedWeights {
  /** An array for every parameter. */
  readonly weights: NamedArrays;
  /** One line each for arrays that were left out or reshaped. */
  readonly notes: readonly string[];
}

/**
 * Finds the array of each parameter by its name. An array of another shape with as many numbers is reshaped, as fully
 * connected layers become convolutions.
 *
 * @param file - Name of the file, for messages.
 * @throws {@link FcnError} if a parameter has no array, or an array has another number of values.
 */
export function fitWeights(network: Network, arrays: NamedArrays, file: string): FittedWeights {
  const parameters = network.parameters();
  const { coerced, dropped, missing, sources } = planLoad(parameters, arrays, (name) => name);
  if (missing.length > 0) throw new FcnError(`${file}: missing weights of ${listed(missing)}`);
  const weights = new Map<string, NamedArray>();
  for (const [name, source] of sources) {
    const array = arrays.get(source);
    if (array === undefined) continue;
    const shape = parameters.get(name)?.shape ?? array.shape;
    weights.set(name, coerced.includes(name) ? { shape, data: array.data } : array);
  }
  return {
    weights,
    notes: [...noteOn('not in the network', dropped), ...noteOn('reshaped', coerced)],
  };
}

/** A network that was built on a backend, once its parameters are overwritten by weights. */
export function filled(network: Network, weights: NamedArrays): Network {
  loadParameters(network, weights);
  return network;
}

/** A line on things that have names, if there are any. */
export function noteOn(what: string, names: readonly string[]): string[] {
  return names.length > 0 ? [`${what}: ${names.join(', ')}`] : [];
}

/** Names that a message lists before it counts the others. */
const LISTED = 5;

/** The first names of a list, and the number of the others. */
export function listed(names: readonly string[]): string {
  const others = names.length - LISTED;
  const first = names.slice(0, LISTED).join(', ');
  return others > 0 ? `${first} and ${String(others)} more` : first;
}
