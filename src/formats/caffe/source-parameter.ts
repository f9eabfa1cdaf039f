/** Search for the parameter that a value of a traced graph is made of. */
import { isNode } from '../../autograd/op-node.js';
import { numel } from '../../core/shape.js';
import { nodeName, type Graph } from '../../graph/trace.js';
import { batchNorm2dRule } from '../../ops/batch-norm2d.js';
import { takeElementsRule } from '../../ops/take-elements.js';
import { reshapeRule } from '../../ops/reshape.js';
import { weightedSumRule } from '../../ops/weighted-sum.js';
import type { Origin } from '../../tensor/origin.js';
import type { Tensor } from '../../tensor/tensor.js';
import { isInOrder } from '../place-order.js';

/** Finds the parameter with the numbers of a value, perhaps in another shape; null if there is none. */
export function sourceParameter({ parameters }: Graph, value: Origin): Origin | null {
  let origin = value;
  while (isView(origin)) [origin] = origin.inputs;
  return parameters.includes(origin) ? origin : null;
}

function isView(origin: Origin): boolean {
  if (isNode(origin, takeElementsRule)) {
    const { attrs, shape, inputs } = origin;
    return numel(shape) === numel(inputs[0].shape) && isInOrder(attrs.tables, shape);
  }
  return isNode(origin, reshapeRule) || factorOf(origin) === 1;
}

/** Factor of a weighted sum of one value; null for anything else. */
function factorOf(origin: Origin): number | null {
  if (!isNode(origin, weightedSumRule)) return null;
  const { coefficients } = origin.attrs;
  return coefficients.length === 1 ? coefficients[0] : null;
}

const STATISTICS = /^(.*)\.running_(?:mean|var)$/;

/**
 * Finds the running statistics that a value divides by their count, as Caffe's BatchNorm does: `bn.running_mean` times
 * 1 / `bn.running_count`. The layer stores all three blobs, so the division is not exported.
 *
 * @param weights - Parameters of the network by name.
 * @returns The parameter; null if the value is anything else, or if other ops read it.
 */
export function dividedStatistics(
  graph: Graph,
  value: Origin,
  weights: ReadonlyMap<string, Tensor>,
): Origin | null {
  const factor = factorOf(value);
  const parameter = factor === null ? null : sourceParameter(graph, value.inputs[0]);
  if (parameter === null) return null;
  const count = weights.get(`${STATISTICS.exec(nodeName(parameter))?.[1] ?? ''}.running_count`);
  if (!count?.backend) return null;
  const readers = graph.nodes.filter(({ inputs }) => inputs.includes(value));
  const [counted] = count.data;
  const isDivided = factor === (counted === 0 ? 0 : 1 / counted);
  return isDivided && readers.every((reader) => isNode(reader, batchNorm2dRule)) ? parameter : null;
}
