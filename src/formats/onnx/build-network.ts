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

/** No network in use comes near; one node can become several layers. */
const MAX_LAYERS = 200_000;

/** What a network is built of. */
export interface NetworkParts {
  /** The file. */
  readonly model: OnnxModel;
  /** Values whose numbers decide what is built. */
  readonly demanded: ReadonlySet<string>;
  /** Where parameters and constants are kept. */
  readonly store: ParameterStore;
  /** Every input of the graph that is no initialiser: its shape, or its numbers if they are demanded. */
  readonly inputs: ReadonlyMap<string, Pick<LiveValue, 'type' | 'shape'> | KnownValue>;
}

/** A network for one shape of each input. */
export interface BuiltNetwork {
  /** The layers. */
  readonly network: WiredNetwork;
  /** Name of each output of the graph, and of the value that it is in the network. */
  readonly outputs: readonly (readonly [name: string, value: LiveValue])[];
}

/**
 * Makes layers of the nodes of a graph, for inputs of these shapes.
 *
 * @throws {@link FcnError} where a node reads what nothing before it writes, or is of an operator that
 *   is not supported: the message names operator, node and domain.
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
    if (value === undefined) throw new FcnError(`reads ${name}, which nothing before it writes`);
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
  if (drafts.count > MAX_LAYERS) context.fail(`more than ${String(MAX_LAYERS)} layers`);
  node.outputs.forEach((name, i) => {
    if (name === '' || i >= results.length) return; // its readers, if any, will say that it is missing
    if (values.has(name)) context.fail(`writes ${name}, which is there already`);
    const value = results[i];
    if (value.kind === 'live' && !present.includes(value)) {
      drafts.rename(value, name, results.length === 1 ? context.name : name);
    }
    values.set(name, value.kind === 'known' ? { ...value, name: nameOfKnown(value, name) } : value);
  });
}

/** A parameter keeps its name, by which its tensor is found; a constant is called after its value. */
function nameOfKnown(value: KnownValue, name: string): string {
  return value.isParameter ? value.name : name;
}

function operatorOf(node: OnnxNode, opset: number): Operator {
  const operator = node.domain === '' ? OPERATORS.get(node.op) : undefined;
  if (operator === undefined) throw new FcnError('this operator is not supported');
  if (opset < 1) throw new FcnError('the file names no operator set of this domain');
  return operator;
}

/** The values of the graph's outputs; what is an input, a constant or another output is copied. */
function graphOutputs(
  { model }: NetworkParts,
  { drafts, values }: Building,
): (readonly [string, LiveValue])[] {
  const taken = new Set<Value>();
  return model.graph.outputs.map(({ name }) => {
    const value = values.get(name);
    if (value === undefined) throw new FcnError(`onnx: nothing writes the output ${name}`);
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
