import { FcnError } from '../../core/errors.js';
import { reshape } from '../../ops/reshape.js';
import type { OnnxModel, OnnxNode } from '../../io/onnx/model.js';
import { WiredNetwork } from '../../nn/wired-network.js';
import { namingNode, NodeContext } from './node-context.js';
import type { Operator } from './operator.js';
import { OPERATORS } from './operators/index.js';
import type { ParameterStore } from './parameter-store.js';
import type { KnownValue, LiveValue, Value } from './value.js';
import { WireDrafts } from './wire-drafts.js';

/** Limit for damaged files, far above any real network; one node can become several layers. */
const MAX_LAYERS = 200_000;

/** Everything that a network is built from. */
export interface NetworkParts {
  /** Content of the file. */
  readonly model: OnnxModel;
  /** Values whose numbers are needed to build layers, such as the size of a Resize. */
  readonly demanded: ReadonlySet<string>;
  /** Store of the parameters and constants. */
  readonly store: ParameterStore;
  /** Every graph input that is not an initializer: its shape, or its numbers if they are demanded. */
  readonly inputs: ReadonlyMap<string, Pick<LiveValue, 'type' | 'shape'> | KnownValue>;
}

/** Network for one shape of each input. */
export interface BuiltNetwork {
  /** Layers of the network. */
  readonly network: WiredNetwork;
  /** Name of each graph output, with its value in the network. */
  readonly outputs: readonly (readonly [name: string, value: LiveValue])[];
}

/**
 * Builds the layers of a graph's nodes for inputs of these shapes.
 *
 * @throws {@link FcnError} if a node reads a value that no earlier node writes, or if an operator or a setting is
 *   unsupported; the message names operator, node and domain.
 */
export function buildNetwork(parts: NetworkParts): BuiltNetwork {
  const { model, store, inputs } = parts;
  const drafts = new WireDrafts(store);
  const values = new Map<string, Value>();
  for (const [name, { dims, type, data }] of model.graph.initializers) {
    values.set(name, { kind: 'known', name, type, shape: dims, data, isParameter: true });
  }
  const live: string[] = [];
  for (const [name, input] of inputs) {
    if ('kind' in input) values.set(name, input);
    else {
      live.push(name);
      values.set(name, drafts.input(name, input.type, input.shape));
    }
  }
  for (const node of model.graph.nodes) {
    const opset = model.opsets.get(node.domain) ?? 0;
    namingNode(node, opset, () => {
      addNode(parts, { node, opset, drafts, values });
    });
  }
  const outputs = graphOutputs(parts, { drafts, values });
  const network = new WiredNetwork(
    live,
    drafts.wires(),
    outputs.map(([, { name }]) => name),
  );
  return { network, outputs };
}

interface Building {
  readonly drafts: WireDrafts;
  readonly values: Map<string, Value>;
}

function addNode(
  { demanded }: NetworkParts,
  { node, opset, drafts, values }: Building & { readonly node: OnnxNode; readonly opset: number },
): void {
  const operator = operatorOf(node, opset);
  const inputs = node.inputs.map((name) => {
    if (name === '') return null;
    const value = values.get(name);
    if (value === undefined) {
      throw new FcnError(
        `input ${name} is missing (not a graph input, an initializer or an output of an earlier node)`,
      );
    }
    return value;
  });
  const present = inputs.filter((value) => value !== null);
  const isDemanded = node.outputs.some((output) => demanded.has(output));
  const folds =
    present.every(({ kind }) => kind === 'known') &&
    (isDemanded || !present.some((value) => value.kind === 'known' && value.isParameter));
  const context = new NodeContext({ node, opset, inputs, folds, drafts });
  const results = operator.build(context);
  context.attributes.checkAllAsked();
  if (drafts.count > MAX_LAYERS) {
    context.fail(`the network is too large (more than ${String(MAX_LAYERS)} layers)`);
  }
  node.outputs.forEach((name, i) => {
    if (name === '' || i >= results.length) return; // a node that reads a missing output fails itself
    if (values.has(name)) context.fail(`output ${name} is already the name of another value`);
    const value = results[i];
    if (value.kind === 'live' && !present.includes(value)) {
      drafts.rename(value, name, results.length === 1 ? context.name : name);
    }
    values.set(name, value.kind === 'known' ? { ...value, name: nameOfKnown(value, name) } : value);
  });
}

/** Name of a known value: a parameter keeps its own, by which the store finds its tensor. */
function nameOfKnown(value: KnownValue, name: string): string {
  return value.isParameter ? value.name : name;
}

function operatorOf(node: OnnxNode, opset: number): Operator {
  const operator = node.domain === '' ? OPERATORS.get(node.op) : undefined;
  if (operator === undefined) throw new FcnError('this operator is unsupported');
  if (opset < 1) throw new FcnError('the file has no opset_import for this domain');
  return operator;
}

/** Values of the graph outputs. An output that is also an input, a constant or another output gets a copy. */
function graphOutputs(
  { model }: NetworkParts,
  { drafts, values }: Building,
): (readonly [string, LiveValue])[] {
  const taken = new Set<Value>();
  return model.graph.outputs.map(({ name }) => {
    const value = values.get(name);
    if (value === undefined) throw new FcnError(`onnx: no node writes the graph output ${name}`);
    if (value.kind === 'live' && !taken.has(value) && !isInput(model, value)) {
      taken.add(value);
      return [name, value] as const;
    }
    const copy = drafts.add({
      name: `${name}:copy`,
      operands: [value],
      type: value.type,
      layer: { forward: ([tensor]) => [reshape(tensor, tensor.shape)] },
    });
    drafts.rename(copy, name, name);
    return [name, copy] as const;
  });
}

function isInput({ graph }: OnnxModel, { name }: LiveValue): boolean {
  return graph.inputs.some((input) => input.name === name);
}
