import { isNode, type OpNode } from '../../autograd/op-node.js';
import type { NamedArray, NamedArrays } from '../../core/named-arrays.js';
import { FcnError } from '../../core/errors.js';
import { withFreshDigest, type StoredArray } from '../../core/stored-array.js';
import { nodeName, type Graph } from '../../graph/trace.js';
import { addRule } from '../../ops/add.js';
import { concatRule } from '../../ops/concat.js';
import { convTranspose2dRule } from '../../ops/conv-transpose2d.js';
import { conv2dRule } from '../../ops/conv2d.js';
import { cropRule } from '../../ops/crop.js';
import { maxPool2dRule } from '../../ops/max-pool2d.js';
import { weightedSumRule } from '../../ops/weighted-sum.js';
import type { Origin } from '../../tensor/origin.js';
import type { Tensor } from '../../tensor/tensor.js';
import { isMap, type LayerList, type PlanLayer, type PlanValue, type SumLayer } from './layers.js';

/**
 * Turns a graph into a list of layers, one for each node, before any fusion.
 *
 * @param graph - Graph of a network that is not in training mode.
 * @param parameters - Parameters of the same network, found in the graph by their origin. Float32 numbers
 *   are shared, not copied; a dry network has none.
 * @param weights - Arrays by parameter name, used instead of the parameters' own numbers.
 * @throws {@link FcnError} if the graph reads a tensor that is neither input nor parameter, or has an op
 *   of training.
 */
export function lower(
  graph: Graph,
  parameters: ReadonlyMap<string, Tensor>,
  weights: NamedArrays = new Map(),
): LayerList {
  const constants = new Map<Origin, NamedArray>();
  for (const [name, tensor] of parameters) {
    const given = weights.get(name);
    constants.set(tensor.origin, given ? withFreshDigest(given) : arrayOf(name, tensor));
  }
  checkLeaves(graph, constants);
  const layers: PlanLayer[] = [];
  const values = new Map<Origin, PlanValue>();
  const valueOf = (node: Origin): PlanValue => {
    const known = values.get(node);
    if (known) return known;
    const value = { name: nodeName(node), shape: node.shape };
    values.set(node, value);
    const constant = constants.get(node);
    if (constant) layers.push(constantLayer(value, constant));
    return value;
  };
  const inputs = graph.inputs.map(valueOf);
  for (const node of graph.nodes) layers.push(layerOf({ node, valueOf, constants }));
  return { inputs, layers, outputs: graph.outputs.map(valueOf) };
}

/** A node, and the lookup of its operands. */
interface Context {
  readonly node: OpNode;
  /** Returns the value of an operand; a constant becomes a layer of its own. */
  readonly valueOf: (node: Origin) => PlanValue;
  readonly constants: ReadonlyMap<Origin, NamedArray>;
}

function layerOf(context: Context): PlanLayer {
  const { node, constants } = context;
  if (node.rule.isTraining?.(node.attrs)) {
    throw new FcnError(`plan: ${nodeName(node)}: unsupported op of training`);
  }
  const operands = node.inputs.filter((input) => !constants.has(input));
  const areMaps = [node, ...operands].every(isMap);
  return (areMaps ? kernelLayer(context) : null) ?? opLayer(context);
}

/** Returns the layer of an op that has kernels; null if it has none, or none for these operands. */
function kernelLayer(context: Context): PlanLayer | null {
  const { node } = context;
  if (isNode(node, conv2dRule)) {
    const filters = filtersOf(context);
    return filters && { ...filters, kind: 'conv', attrs: node.attrs, relu: false, pool: null };
  }
  if (isNode(node, convTranspose2dRule)) {
    const filters = filtersOf(context);
    const structure = 'dense';
    const { attrs } = node;
    return filters && { ...filters, kind: 'convTranspose', attrs, structure, separable: false };
  }
  if (isNode(node, maxPool2dRule)) {
    return { ...baseOf(context), kind: 'maxPool', attrs: node.attrs };
  }
  if (isNode(node, cropRule)) {
    return { ...baseOf(context), kind: 'crop', offset: node.attrs.offset };
  }
  if (isNode(node, concatRule)) {
    return node.attrs.axis === 1 ? { ...baseOf(context), kind: 'concat' } : null;
  }
  if (isNode(node, addRule)) return sumOf(context, [1, 1], false);
  return isNode(node, weightedSumRule) ? sumOf(context, node.attrs.coefficients, true) : null;
}

type Base = Pick<PlanLayer, 'name' | 'inputs' | 'output'>;

/** Returns a layer's name, its output and its inputs: by default every operand. */
function baseOf({ node, valueOf }: Context, operands: readonly Origin[] = node.inputs): Base {
  return { name: nodeName(node), inputs: operands.map(valueOf), output: valueOf(node) };
}

function filtersOf(
  context: Context,
): (Base & { weight: NamedArray; bias: NamedArray | null }) | null {
  const [x, ...filters] = context.node.inputs;
  const [weight, bias = null] = filters.map((filter) => context.constants.get(filter));
  if (weight === undefined || (filters.length > 1 && bias === null)) return null;
  return { ...baseOf(context, [x]), weight, bias };
}

function sumOf(
  context: Context,
  coefficients: readonly number[],
  fromZero: boolean,
): SumLayer | null {
  const terms = coefficients.map((coefficient, input) => {
    return { input, coefficient, offset: [0, 0] as const };
  });
  return { ...baseOf(context), kind: 'sum', terms, fromZero, relu: false };
}

function opLayer(context: Context): PlanLayer {
  const { rule, attrs, inputs } = context.node;
  const firstConstant = 1 + inputs.findLastIndex((input) => !context.constants.has(input));
  return {
    ...baseOf(context, inputs.slice(0, firstConstant)),
    kind: 'op',
    rule,
    attrs,
    parameters: inputs.slice(firstConstant).flatMap((input) => context.constants.get(input) ?? []),
  };
}

function constantLayer(output: PlanValue, array: NamedArray): PlanLayer {
  const { name } = output;
  return { kind: 'op', rule: null, name, inputs: [], output, attrs: {}, parameters: [array] };
}

const NOTHING = new Float32Array(0);

function arrayOf(name: string, tensor: Tensor): NamedArray | StoredArray {
  const { backend, shape } = tensor;
  // The digest has the name, so that two arrays without numbers never count as equal.
  if (backend === null)
    return { shape, data: NOTHING, digest: `no ${name}`, read: () => undefined };
  const { data } = tensor;
  return { shape, data: data instanceof Float32Array ? data : Float32Array.from(data) };
}

function checkLeaves({ parameters }: Graph, constants: ReadonlyMap<Origin, NamedArray>): void {
  const unknown = parameters.filter((leaf) => !constants.has(leaf)).map(nodeName);
  if (unknown.length === 0) return;
  throw new FcnError(`plan: tensors not among inputs and parameters: ${unknown.join(', ')}`);
}
