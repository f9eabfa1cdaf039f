import { FcnError } from '../core/errors.js';
import type { Shape } from '../core/shape.js';
import type { Network } from '../nn/network.js';

/** Shapes of a network's inputs by name; of a network with one input, its shape alone will do. */
export type InputShapes = Shape | ReadonlyMap<string, Shape>;

/**
 * The shape of each input of a network, in the network's order.
 *
 * @throws {@link FcnError} if a shape is missing, or a name is not an input.
 */
export function shapesByName({ inputs }: Network, shapes: InputShapes): Map<string, Shape> {
  const given = isByName(shapes) ? shapes : new Map([[inputs[0], shapes]]);
  const unknown = [...given.keys()].find((name) => !inputs.includes(name));
  const missing = inputs.find((name) => !given.has(name));
  if (unknown !== undefined) throw new FcnError(`network: unknown input ${unknown}`);
  if (missing !== undefined) throw new FcnError(`network: missing shape of input ${missing}`);
  return new Map(inputs.flatMap((name) => [...given].filter(([given]) => given === name)));
}

function isByName(shapes: InputShapes): shapes is ReadonlyMap<string, Shape> {
  return 'keys' in shapes && !Array.isArray(shapes);
}
