import type { NamedArrays } from '../core/named-arrays.js';
import { toFloat32 } from '../io/elements.js';
import type { Network } from '../nn/network.js';

/** Returns the parameters of a network that is built, in float32, by their names. */
export function parametersOf(network: Network): NamedArrays {
  return new Map(
    Array.from(network.parameters(), ([name, { shape, data }]) => [
      name,
      { shape, data: toFloat32(data) },
    ]),
  );
}
