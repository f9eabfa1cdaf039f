import type { NodeContext } from './node-context.js';
import type { Value } from './value.js';

/** Conversion of one ONNX operator to layers. */
export interface Operator {
  /**
   * Adds the layers of a node.
   *
   * @returns Outputs of the node in order; outputs after the last one returned are unsupported.
   */
  readonly build: (node: NodeContext) => readonly Value[];
  /** Indices of inputs whose numbers are needed to build layers, such as the shape of a Reshape; `all` for all inputs. */
  readonly settings?: readonly number[] | 'all';
  /** Indices of inputs that are settings if their numbers are known; otherwise they are read when the network runs. */
  readonly settingsIfKnown?: readonly number[];
  /** Indices of inputs of which only the shape matters. */
  readonly shapesOnly?: readonly number[];
  /** Indices of inputs that are never learned, such as a running mean. */
  readonly frozen?: readonly number[];
}

/** Operators by name. */
export type Operators = Readonly<Record<string, Operator>>;
