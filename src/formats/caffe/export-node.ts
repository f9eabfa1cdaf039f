import { isNode, type OpNode } from '../../autograd/op-node.js';
import { FcnError } from '../../core/errors.js';
import { nodeName, type Graph } from '../../graph/trace.js';
import type { CaffeMessage } from '../../io/caffe/message.js';
import { batchNorm2dRule } from '../../ops/batch-norm2d.js';
import type { Origin } from '../../tensor/origin.js';
import type { Tensor } from '../../tensor/tensor.js';
import { messageOf, type Fields } from './message-of.js';
import { dividedStatistics, sourceParameter } from './source-parameter.js';

/** Bottoms (inputs) and tops (outputs) of a layer; default: the node's operands and value. */
interface Ends {
  readonly bottoms?: readonly string[];
  readonly tops?: readonly string[];
}

/** Node of a traced graph that is being exported: its operands, and the Caffe layers that replace it. */
export class ExportNode {
  /** Node of the graph. */
  readonly origin: OpNode;
  /** Graph of the node. */
  readonly graph: Graph;
  /** Layers added so far. */
  readonly layers: CaffeMessage[] = [];

  readonly #weights: ReadonlyMap<string, Tensor>;

  /** @param weights - Parameters of the network by name. */
  constructor(graph: Graph, origin: OpNode, weights: ReadonlyMap<string, Tensor>) {
    this.graph = graph;
    this.origin = origin;
    this.#weights = weights;
  }

  /** Name of the node and of its value. */
  get name(): string {
    return nodeName(this.origin);
  }

  /** Inputs of the node that are not parameters. */
  get operands(): readonly Origin[] {
    return this.origin.inputs.filter((input) => this.#parameterOf(input) === null);
  }

  /**
   * Adds the layer without parameters that writes the node's value.
   *
   * @throws {@link FcnError} if the node has parameters.
   */
  add(type: string, fields: Fields = {}, { bottoms, tops }: Ends = {}): void {
    if (this.operands.length < this.origin.inputs.length) {
      this.fail(`a ${type} layer cannot have parameters`);
    }
    this.#push(this.name, type, fields, {
      bottoms: bottoms ?? this.operands.map(nodeName),
      tops: tops ?? [this.name],
    });
  }

  /** Adds a layer with an intermediate value, for the next layers of this node. @returns Name of the layer and its top. */
  step(type: string, fields: Fields, bottoms: readonly string[]): string {
    const name = `${this.name}/${type}${String(this.layers.length)}`;
    this.#push(name, type, fields, { bottoms, tops: [name] });
    return name;
  }

  /** Adds a Silence layer for values that no layer reads, so that they do not become outputs of the network. */
  silence(values: readonly string[]): void {
    if (values.length === 0) return;
    const name = `${this.name}/Silence`;
    this.#push(name, 'Silence', {}, { bottoms: values, tops: [] });
  }

  /**
   * Adds the layer with parameters that writes the node's value. The layer is named after its parameters.
   *
   * @param layer - Name of the layer, as {@link layerOf} gives it.
   */
  addWithParameters(
    layer: string,
    type: string,
    fields: Fields,
    bottoms?: readonly string[],
  ): void {
    const ends = { bottoms: bottoms ?? this.operands.map(nodeName), tops: [this.name] };
    this.#push(layer, type, fields, ends);
  }

  /** Adds a layer with parameters and an intermediate value of the layer's name, for the next layers of this node. */
  stepWithParameters(layer: string, type: string, fields: Fields): void {
    this.#push(layer, type, fields, { bottoms: this.operands.map(nodeName), tops: [layer] });
  }

  /**
   * Name of the layer that parameters belong to: `conv1` for `conv1.weight` and `conv1.bias`.
   *
   * @param inputs - Inputs of the node that must be parameters.
   * @param names - Required names of the parameters within their layer.
   * @throws {@link FcnError} if an input is not such a parameter, or if they belong to several layers.
   */
  layerOf(inputs: readonly Origin[], names: readonly string[]): string {
    const layers = inputs.map((input, i) => {
      const parameter = this.#parameterOf(input);
      if (parameter === null) this.fail(`its ${names[i]} is computed (expected a parameter)`);
      const name = nodeName(parameter);
      if (!name.endsWith(`.${names[i]}`)) {
        this.fail(`wrong parameter name (got ${name}, expected LAYER.${names[i]})`);
      }
      return name.slice(0, -names[i].length - 1);
    });
    const [layer] = layers;
    const stray = layers.find((other) => other !== layer);
    if (stray !== undefined) this.fail(`parameters of two layers (got ${layer} and ${stray})`);
    return layer;
  }

  /** @throws {@link FcnError} always; the message begins with the node's name and op. */
  fail(reason: string): never {
    throw new FcnError(`prototxt: ${this.name} (${this.origin.op}): ${reason}`);
  }

  #parameterOf(input: Origin): Origin | null {
    const parameter = sourceParameter(this.graph, input);
    if (parameter !== null || !isNode(this.origin, batchNorm2dRule)) return parameter;
    return dividedStatistics(this.graph, input, this.#weights);
  }

  #push(name: string, type: string, fields: Fields, { bottoms, tops }: Required<Ends>): void {
    const ends = { name, type, bottom: bottoms, top: tops };
    this.layers.push(messageOf('LayerParameter', { ...ends, ...fields }));
  }
}
