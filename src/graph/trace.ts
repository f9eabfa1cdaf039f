import { noGrad } from '../autograd/no-grad.js';
import { OpNode } from '../autograd/op-node.js';
import { FcnError } from '../core/errors.js';
import type { Module } from '../nn/module.js';
import { asNetwork, type Network } from '../nn/network.js';
import type { Origin } from '../tensor/origin.js';
import { Tensor } from '../tensor/tensor.js';
import { shapesByName, type InputShapes } from './input-shapes.js';

/** A network for one input size, without any numbers. Every node has a name of its own. */
export interface Graph {
  /** Nodes that ops compute, each after its inputs. */
  readonly nodes: readonly OpNode[];
  /** Inputs of the network, in its order, used or not. */
  readonly inputs: readonly Origin[];
  /** Parameters and constants. */
  readonly parameters: readonly Origin[];
  /** Outputs of the network, in its order: nodes, inputs or parameters; one may occur twice. */
  readonly outputs: readonly Origin[];
}

/**
 * The graph of a network: runs it on dry tensors, whatever backend its parameters are on.
 *
 * A node is named as the network named it, else after its weight (`conv1_1.weight` → `conv1_1`),
 * else after its input and op (`conv1_1:relu`).
 *
 * @param shapes - Of the input, `[N, C, H, W]`, or of each by its name.
 * @throws {@link FcnError} if these are not the network's inputs, or it does not give what it names.
 */
export function trace(model: Module | Network, shapes: InputShapes): Graph {
  nameParameters(model);
  const network = asNetwork(model);
  const inputs = new Map(
    [...shapesByName(network, shapes)].map(([name, shape]) => [name, Tensor.dry(shape, name)]),
  );
  const results = noGrad(() => network.run(inputs));
  const outputs = network.outputs.map((name) => {
    const result = results.get(name);
    if (result === undefined) throw new FcnError(`the network does not give its output ${name}`);
    return result.origin;
  });
  return graphOf(
    [...inputs.values()].map(({ origin }) => origin),
    outputs,
  );
}

/** Writes the names of a module's parameters into the graph. */
export function nameParameters(module: Pick<Module, 'parameters'>): void {
  for (const [name, tensor] of module.parameters()) tensor.origin.name = name;
}

/** The graph of everything that the outputs were computed from. */
function graphOf(inputs: readonly Origin[], outputs: readonly Origin[]): Graph {
  const all = topological([...inputs, ...outputs]);
  nameNodes(all);
  return {
    nodes: all.filter((node) => node instanceof OpNode),
    inputs,
    parameters: all.filter((node) => !(node instanceof OpNode) && !inputs.includes(node)),
    outputs,
  };
}

/**
 * Everything reachable from the outputs, each node after its inputs.
 *
 * @param inputsOf - The inputs to follow; default: all.
 */
export function topological(
  outputs: readonly Origin[],
  inputsOf: (node: Origin) => readonly Origin[] = ({ inputs }) => inputs,
): Origin[] {
  const done = new Set<Origin>();
  const visit = (node: Origin): { node: Origin; inputs: readonly Origin[]; next: number } => ({
    node,
    inputs: inputsOf(node),
    next: 0,
  });
  const open = outputs.map(visit).reverse();
  for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
    if (top.next < top.inputs.length) {
      const node = top.inputs[top.next++];
      if (!done.has(node)) open.push(visit(node));
    } else {
      done.add(top.node);
      open.pop();
    }
  }
  return [...done];
}

/** Returns the name of a node: its own, its weight's, or one made of its input's and its op's. */
export function nodeName(node: Origin): string {
  if (node.name !== undefined) return node.name;
  const weight = node.inputs.find(({ name }) => name?.endsWith('.weight'));
  if (weight?.name !== undefined) return weight.name.slice(0, -'.weight'.length);
  return node.inputs.length > 0 ? `${nodeName(node.inputs[0])}:${node.op}` : node.op;
}

function nameNodes(nodes: readonly Origin[]): void {
  const taken = new Map<string, Origin>();
  for (const node of nodes) {
    const wanted = nodeName(node);
    let name = wanted;
    for (let again = 2; taken.has(name); again++) name = `${wanted}#${String(again)}`;
    taken.set(name, node);
    node.name = name;
  }
}
