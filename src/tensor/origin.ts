import type { CoordinateMap } from '../core/coordinate-map.js';
import type { Shape } from '../core/shape.js';

/**
 * Where a tensor came from: a node of the network's graph, without any numbers.
 *
 * Every tensor has one, whether gradients are recorded or not; the nodes reachable from a network's
 * outputs are its graph.
 */
export interface Origin {
  /** Name of the op, `input` for a tensor that came from outside, `parameter` for a learned one. */
  readonly op: string;
  /** Attributes of the op. */
  readonly attrs: object;
  /** The op's inputs, in its order. */
  readonly inputs: readonly Origin[];
  /** For each input, the map of its pixels to the output's; null if the input has no pixels. */
  readonly maps: readonly (CoordinateMap | null)[];
  /** Shape of the tensor. */
  readonly shape: Shape;
  /** Name of the layer, such as `conv1_1`, where one was given. */
  name: string | undefined;
}

/** The origin of a tensor that no op made. */
export function leafOrigin(op: 'input' | 'parameter', shape: Shape, name?: string): Origin {
  return { op, attrs: {}, inputs: [], maps: [], shape, name };
}
