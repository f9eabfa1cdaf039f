import type { NodeContext } from './node-context.js';
import type { Value } from './value.js';

/** How one of ONNX's operators becomes layers. */
export interface Operator {
  /**
   * Adds the layers of a node.
   *
   * @returns Its outputs in order; those that are not given must have no reader.
   */
  readonly build: (node: NodeContext) => readonly Value[];
  /** Inputs whose numbers decide what is built, such as the shape of a Reshape; `all` of them. */
  readonly settings?: readonly number[] | 'all';
  /** Inputs that are settings where their numbers are known, and are read when the network runs elsewhere. */
  readonly settingsIfKnown?: readonly number[];
  /** Inputs of which only the shape matters. */
  readonly shapesOnly?: readonly number[];
  /** Inputs that are never learned, such as a running mean. */
  readonly frozen?: readonly number[];
}

/** Operators by name. */
export type Operators = Readonly<Record<string, Operator>>;
