import type { Shape } from '../core/shape.js';
import type { Origin } from '../tensor/origin.js';
import { ancestorMaps } from './coordinates.js';
import { macs, parameterCount } from './macs.js';
import { receptiveField } from './receptive-field.js';
import { nodeName, type Graph } from './trace.js';

/** A line of the table of a network's layers. */
export interface SummaryRow {
  /** Name of the layer. */
  readonly name: string;
  /** Its op. */
  readonly op: string;
  /** Shape of what it computes. */
  readonly shape: Shape;
  /** Rows of the input that a unit sees; null where that has no meaning. */
  readonly receptiveField: number | null;
  /** Rows of the input between neighbouring units; null where that has no meaning. */
  readonly stride: number | null;
  /** Numbers in its parameters. */
  readonly parameters: number;
  /** Multiplications with an addition. */
  readonly macs: number;
}

/** One row for each node of a graph, in its order; fields and strides relate to the first input. */
export function summarize(graph: Graph): SummaryRow[] {
  return graph.nodes.map((node) => ({
    name: nodeName(node),
    op: node.op,
    shape: node.shape,
    ...extent(node, graph.inputs[0]),
    parameters: parameterCount(node),
    macs: macs(node),
  }));
}

function extent(
  node: Origin,
  input: Origin,
): { receptiveField: number | null; stride: number | null } {
  if (!ancestorMaps(node).has(input)) return { receptiveField: null, stride: null };
  const [{ size, stride }] = receptiveField(node, input);
  return { receptiveField: size, stride: stride.num / stride.den };
}
