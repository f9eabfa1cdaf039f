import { FcnError } from '../../core/errors.js';
import { numel } from '../../core/shape.js';
import { nameOf, type Graph } from '../../graph/trace.js';
import type { Message } from '../../io/caffe/message.js';
import type { RearrangeAttrs } from '../../ops/rearrange.js';
import type { WeightedSumAttrs } from '../../ops/weighted-sum.js';
import type { Origin } from '../../tensor/origin.js';
import { isInOrder } from '../place-order.js';
import { messageOf, type Fields } from './message-of.js';

/** What a layer reads and writes, if not the node's operands and value. */
interface Ends {
  readonly bottoms?: readonly string[];
  readonly tops?: readonly string[];
}

/** A node of a traced graph on its way into a description: what it reads, and the layers it becomes. */
export class ExportNode {
  /** The node. */
  readonly origin: Origin;
  /** The graph it is of. */
  readonly graph: Graph;
  /** The layers that it became. */
  readonly layers: Message[] = [];

  constructor(graph: Graph, origin: Origin) {
    this.graph = graph;
    this.origin = origin;
  }

  /** Its name, which is also that of its value. */
  get name(): string {
    return nameOf(this.origin);
  }

  /** What it reads that is no parameter. */
  get operands(): readonly Origin[] {
    return this.origin.inputs.filter((input) => sourceParameter(this.graph, input) === null);
  }

  /**
   * Adds the layer that writes the value of the whole, and has no parameters.
   *
   * @throws {@link FcnError} if the node has some.
   */
  add(type: string, fields: Fields = {}, { bottoms, tops }: Ends = {}): void {
    if (this.operands.length < this.origin.inputs.length) {
      this.fail(`a layer ${type} has no parameters`);
    }
    this.#push(this.name, type, fields, {
      bottoms: bottoms ?? this.operands.map(nameOf),
      tops: tops ?? [this.name],
    });
  }

  /** Adds a layer whose value only the next ones read. @returns Its name. */
  step(type: string, fields: Fields, bottoms: readonly string[]): string {
    const name = `${this.name}/${type}${String(this.layers.length)}`;
    this.#push(name, type, fields, { bottoms, tops: [name] });
    return name;
  }

  /** Adds a layer that takes what nobody reads, so that it is no output of the network. */
  silence(values: readonly string[]): void {
    if (values.length === 0) return;
    const name = `${this.name}/Silence`;
    this.#push(name, 'Silence', {}, { bottoms: values, tops: [] });
  }

  /**
   * Adds the layer that writes the value of the whole and has parameters, after which it is called.
   *
   * @param layer - Name of the layer, as {@link layerOf} gives it.
   */
  addWithParameters(
    layer: string,
    type: string,
    fields: Fields,
    bottoms?: readonly string[],
  ): void {
    const ends = { bottoms: bottoms ?? this.operands.map(nameOf), tops: [this.name] };
    this.#push(layer, type, fields, ends);
  }

  /** Adds a layer that has parameters and whose value, called as it is, only the next ones read. */
  stepWithParameters(layer: string, type: string, fields: Fields): void {
    this.#push(layer, type, fields, { bottoms: this.operands.map(nameOf), tops: [layer] });
  }

  /**
   * The layer that parameters belong to: `conv1` for `conv1.weight` and `conv1.bias`.
   *
   * @param inputs - The node's inputs that must be parameters.
   * @param names - What they must be called within their layer.
   * @throws {@link FcnError} if they are not, or of several layers.
   */
  layerOf(inputs: readonly Origin[], names: readonly string[]): string {
    const layers = inputs.map((input, i) => {
      const parameter = sourceParameter(this.graph, input);
      if (parameter === null) this.fail(`its ${names[i]} is computed`);
      const name = nameOf(parameter);
      if (!name.endsWith(`.${names[i]}`)) this.fail(`${name} is not the ${names[i]} of a layer`);
      return name.slice(0, -names[i].length - 1);
    });
    const [layer] = layers;
    const stray = layers.find((other) => other !== layer);
    if (stray !== undefined) this.fail(`it has parameters of ${layer} and of ${stray}`);
    return layer;
  }

  /** @throws {@link FcnError} always, with the node's op and name. */
  fail(reason: string): never {
    throw new FcnError(`prototxt: ${this.name} (${this.origin.op}): ${reason}`);
  }

  #push(name: string, type: string, fields: Fields, { bottoms, tops }: Required<Ends>): void {
    const ends = { name, type, bottom: bottoms, top: tops };
    this.layers.push(messageOf('LayerParameter', { ...ends, ...fields }));
  }
}

/**
 * The parameter whose numbers a value has, in another shape or times a number; null if it is computed of
 * anything else.
 */
export function sourceParameter({ parameters }: Graph, value: Origin): Origin | null {
  let origin = value;
  while (isView(origin)) [origin] = origin.inputs;
  return parameters.includes(origin) ? origin : null;
}

// An op's name says what its attributes are.
function isView({ op, attrs, shape, inputs }: Origin): boolean {
  if (op === 'weightedSum') return (attrs as WeightedSumAttrs).coefficients.length === 1;
  if (op !== 'rearrange') return op === 'reshape';
  const isWhole = numel(shape) === numel(inputs[0].shape);
  return isWhole && isInOrder((attrs as RearrangeAttrs).tables, shape);
}
