import type { NamedArrays } from '../../../core/named-arrays.js';
import { openWeights } from '../../../formats/open-weights.js';
import { loadParameters, type ParameterHolder } from '../../../models/load-parameters.js';

/**
 * Overwrites the parameters of a network by those of a file of any format.
 *
 * @param named - Gives arrays the names of the network's parameters; default: they have them.
 * @returns What else the file holds, and what got another shape, a line each.
 * @throws {@link FcnError} if the file is damaged, lacks a parameter, or one does not fit.
 */
export function loadFile(
  network: ParameterHolder,
  path: string,
  named: (arrays: NamedArrays) => NamedArrays = (arrays) => arrays,
): string[] {
  const { arrays, notes } = openWeights(path);
  return [...notes, ...loadArrays(network, named(arrays))];
}

/** The same with the arrays of a file that was read. */
export function loadArrays(network: ParameterHolder, arrays: NamedArrays): string[] {
  const { dropped, coerced } = loadParameters(network, arrays, { coerce: true });
  return [...noteOn('not in the network', dropped), ...noteOn('reshaped', coerced)];
}

/** A line on things that have names, if there are any. */
export function noteOn(what: string, names: readonly string[]): string[] {
  return names.length > 0 ? [`${what}: ${names.join(', ')}`] : [];
}
