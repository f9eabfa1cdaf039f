import { noGrad } from '../../autograd/no-grad.js';
import { createReferenceBackend } from '../../backend/reference/index.js';
import { FcnError, ShapeError } from '../../core/errors.js';
import { numel, showShape, type Shape } from '../../core/shape.js';
import type { OnnxNode, OnnxType } from '../../io/onnx/model.js';
import type { WiredLayer } from '../../nn/wired-network.js';
import { Tensor } from '../../tensor/tensor.js';
import { NodeAttributes } from './node-attributes.js';
import { castTo, type KnownValue, type Value } from './value.js';
import { MAX_ELEMENTS, type WireDrafts } from './wire-drafts.js';

/** Settings are lists of sizes; more numbers than this come from a damaged or hostile file. */
const MAX_FOLDED = 2 ** 20;

/** What a {@link NodeContext} is made of. */
export interface NodeContextParts {
  /** The node. */
  readonly node: OnnxNode;
  /** Version of the operator set that the node is of. */
  readonly opset: number;
  /** Its inputs; null where one is left out. */
  readonly inputs: readonly (Value | null)[];
  /** True if it is computed now, because all its inputs are known. */
  readonly folds: boolean;
  /** Where its layers go. */
  readonly drafts: WireDrafts;
}

/** What an operator sees of a node: attributes, inputs, and a way to add layers. */
export class NodeContext {
  /** Its attributes. */
  readonly attributes: NodeAttributes;
  /** Version of its operator set. */
  readonly opset: number;
  /** Inputs that are there or left out. */
  readonly inputs: readonly (Value | null)[];
  readonly #parts: NodeContextParts;

  constructor(parts: NodeContextParts) {
    this.#parts = parts;
    this.opset = parts.opset;
    this.inputs = parts.inputs;
    this.attributes = new NodeAttributes(parts.node, (reason) => this.fail(reason));
  }

  /** Name of the layer, of the file or made of what it writes. */
  get name(): string {
    const { name, outputs, op } = this.#parts.node;
    return [name, ...outputs].find((text) => text !== '') ?? op;
  }

  /** Number of outputs that the node names. */
  get outputCount(): number {
    return this.#parts.node.outputs.length;
  }

  /** @throws {@link FcnError} always: the message names operator, node and domain. */
  fail(reason: string): never {
    throw new FcnError(`${describeNode(this.#parts.node, this.opset)}: ${reason}`);
  }

  /** An input that has to be there. */
  input(i: number): Value {
    return this.inputs.at(i) ?? this.fail(`input ${String(i)} is missing`);
  }

  /** An input that may be left out. */
  optional(i: number): Value | null {
    return this.inputs.at(i) ?? null;
  }

  /** An input whose numbers decide what is built; null if it is left out. */
  setting(i: number): KnownValue | null {
    const value = this.optional(i);
    if (value?.kind === 'live') {
      return this.fail(`input ${String(i)}, ${value.name}, depends on the network's input`);
    }
    return value;
  }

  /** The numbers of a setting; null if it is left out. */
  numbers(i: number): readonly number[] | null {
    const value = this.setting(i);
    return value && Array.from(value.data);
  }

  /** The only number of a setting. */
  number(i: number, otherwise: number): number {
    const numbers = this.numbers(i);
    if (numbers !== null && numbers.length !== 1) {
      this.fail(`input ${String(i)} has ${String(numbers.length)} numbers, not one`);
    }
    return numbers?.[0] ?? otherwise;
  }

  /** An axis counted from 0. @param rank - Number of axes there are. */
  axis(axis: number, rank: number): number {
    const counted = axis < 0 ? axis + rank : axis;
    if (!(Number.isInteger(counted) && counted >= 0 && counted < rank)) {
      this.fail(`axis ${String(axis)} of ${String(rank)}`);
    }
    return counted;
  }

  /**
   * Checks a shape before anything of its size is made.
   *
   * @throws {@link FcnError} if it has an axis that is none, or more numbers than a value may have.
   */
  checkShape(shape: Shape): void {
    const isShape = shape.every((extent) => Number.isInteger(extent) && extent >= 0);
    if (!isShape) this.fail(`${showShape(shape)} is not a shape`);
    if (!(numel(shape) <= MAX_ELEMENTS)) {
      this.fail(`${showShape(shape)} has more numbers than a value may have`);
    }
  }

  /** A value that is known now. */
  known(type: OnnxType, shape: Shape, data: ArrayLike<number>): KnownValue {
    const numbers = Float64Array.from(data);
    return { kind: 'known', name: this.name, type, shape, data: numbers, isParameter: false };
  }

  /** A value that is one number everywhere. */
  filled(type: OnnxType, shape: Shape, number: number): KnownValue {
    this.#checkSize(shape);
    return this.known(type, shape, new Float64Array(numel(shape)).fill(number));
  }

  /**
   * Adds a layer that computes one tensor of others, or computes it now if all is known.
   *
   * @param type - Of the output; default: that of the first operand.
   */
  step(
    operands: readonly Value[],
    compute: (tensors: readonly Tensor[]) => Tensor,
    type: OnnxType = operands[0].type,
  ): Value {
    return this.#parts.folds
      ? this.#fold(operands, compute, type)
      : this.layer(operands, { forward: (tensors) => [compute(tensors)] }, type);
  }

  /** Adds a layer that may have a state of its own; the last one gets the node's name. */
  layer(operands: readonly Value[], layer: WiredLayer, type: OnnxType = operands[0].type): Value {
    return this.#parts.drafts.add({ name: `${this.name}:part`, operands, type, layer });
  }

  /** Computes in float64, which holds every index, and rounds to the type. */
  #fold(
    operands: readonly Value[],
    compute: (tensors: readonly Tensor[]) => Tensor,
    type: OnnxType,
  ): KnownValue {
    const dry = compute(operands.map(({ shape }) => Tensor.dry(shape)));
    this.#checkSize(dry.shape);
    const backend = createReferenceBackend('float64');
    const tensors = operands.map((operand) =>
      operand.kind === 'known'
        ? Tensor.from(backend, operand.data, operand.shape)
        : this.fail(`${operand.name} depends on the network's input`),
    );
    const { shape, data } = noGrad(() => compute(tensors));
    return this.known(
      type,
      shape,
      Float64Array.from(data, (value) => castTo(type, value)),
    );
  }

  #checkSize(shape: Shape): void {
    if (!(numel(shape) <= MAX_FOLDED)) this.fail(`${showShape(shape)} is too large for a setting`);
  }
}

/** A node in messages: operator, name and domain. */
function describeNode({ op, name, outputs, domain }: OnnxNode, opset: number): string {
  const called = name === '' ? outputs.join(', ') : name;
  return `onnx: ${op} ${JSON.stringify(called)} (${domain === '' ? 'ai.onnx' : domain} ${String(opset)})`;
}

/** Runs what belongs to a node, and names the node in errors that do not. */
export function namingNode<T>(node: OnnxNode, opset: number, run: () => T): T {
  const where = describeNode(node, opset);
  try {
    return run();
  } catch (error) {
    if (!(error instanceof FcnError) || error.message.startsWith(where)) throw error;
    const message = `${where}: ${error.message}`;
    throw error instanceof ShapeError ? new ShapeError(message) : new FcnError(message);
  }
}
