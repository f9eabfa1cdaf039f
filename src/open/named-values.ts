import { FcnError } from '../core/errors.js';
import type { FcnNetwork } from '../models/fcn.js';
import type { Network } from '../nn/network.js';

/** Name of the input of this library's own networks, as in the authors' definitions. */
export const INPUT = 'data';
/** Name of their output. */
export const OUTPUT = 'score';

/** Channels of a photo. */
export const COLOURS = 3;

/** A network of this library whose values have the names of the authors' definitions. */
export function withNames(network: FcnNetwork): Network {
  return {
    inputs: [INPUT],
    outputs: [OUTPUT],
    parameters: () => network.parameters(),
    run(inputs, observe) {
      const x = inputs.get(INPUT);
      if (x === undefined) throw new FcnError(`network: missing input ${INPUT}`);
      if (observe === undefined) return new Map([[OUTPUT, network.forward(x)]]);
      observe(INPUT, x);
      const named = network.forwardNamed(x);
      for (const [value, tensor] of named) observe(value, tensor);
      return named;
    },
  };
}
