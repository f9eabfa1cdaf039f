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

/** Limit on the numbers of a setting, for damaged or hostile files; settings are short lists of sizes. */
const MAX_FOLDED = 2 ** 20;

/** Parts of a {@link NodeContext}. */
export interface NodeContextParts {
  /** Node of the file. */
  readonly node: OnnxNode;
  /** Version of the node's operator set. */
  readonly opset: number;
  /** Inputs of the node; null for an optional input that is absent. */
  readonly inputs: readonly (Value | null)[];
  /** True if the node is computed at once (constant folding), because all its inputs are known. */
  readonly folds: boolean;
  /** Layers of the network, to which the node's layers are added. */
  readonly drafts: WireDrafts;
}

/** Node as an operator sees it: attributes, inputs, and methods to add layers. */
export class NodeContext {
  /** Attributes of the node. */
  readonly attributes: NodeAttributes;
  /** Version of the node's operator set. */
  readonly opset: number;
  /** Inputs of the node; null for an optional input that is absent. */
  readonly inputs: readonly (Value | null)[];
  readonly #parts: NodeContextParts;

  constructor(parts: NodeContextParts) {
    this.#parts = parts;
    this.opset = parts.opset;
    this.inputs = parts.inputs;
    this.attributes = new NodeAttributes(parts.node, (reason) => this.fail(reason));
  }

  /** Name of the node; if it has none, that of its first output. */
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

  /** Returns a required input. */
  input(i: number): Value {
    return this.inputs.at(i) ?? this.fail(`input ${String(i)} is missing`);
  }

  /** Returns an optional input; null if it is absent. */
  optional(i: number): Value | null {
    return this.inputs.at(i) ?? null;
  }

  /** Returns an input whose numbers are needed to build the layer; null if it is absent. */
  setting(i: number): KnownValue | null {
    const value = this.optional(i);
    if (value?.kind === 'live') {
      return this.fail(
        `input ${String(i)} (${value.name}) must be a constant, but depends on the network's input`,
      );
    }
    return value;
  }

  /** Numbers of a setting; null if it is absent. */
  numbers(i: number): readonly number[] | null {
    const value = this.setting(i);
    return value && Array.from(value.data);
  }

  /** Number of a setting with one element; `otherwise` if it is absent. */
  number(i: number, otherwise: number): number {
    const numbers = this.numbers(i);
    if (numbers !== null && numbers.length !== 1) {
      this.fail(`input ${String(i)} must be one number (got ${String(numbers.length)})`);
    }
    return numbers?.[0] ?? otherwise;
  }

  /** Resolves an axis that may be counted from the end. @param rank - Number of axes. */
  axis(axis: number, rank: number): number {
    const counted = axis < 0 ? axis + rank : axis;
    if (!(Number.isInteger(counted) && counted >= 0 && counted < rank)) {
      this.fail(`axis out of range (got ${String(axis)}, expected ${axisRange(rank)})`);
    }
    return counted;
  }

  /**
   * Checks a shape before memory of its size is allocated.
   *
   * @throws {@link FcnError} if an extent is not a whole number ≥ 0, or if the shape has more than 2^29 numbers.
   */
  checkShape(shape: Shape): void {
    const isShape = shape.every((extent) => Number.isInteger(extent) && extent >= 0);
    if (!isShape) this.fail(`invalid shape ${showShape(shape)}`);
    if (!(numel(shape) <= MAX_ELEMENTS)) {
      this.fail(`value is too large (got ${showShape(shape)}, at most 2^29 numbers)`);
    }
  }

  /** Makes a value with known numbers. */
  known(type: OnnxType, shape: Shape, data: ArrayLike<number>): KnownValue {
    const numbers = Float64Array.from(data);
    return { kind: 'known', name: this.name, type, shape, data: numbers, isParameter: false };
  }

  /** Makes a known value with the same number everywhere. */
  filled(type: OnnxType, shape: Shape, number: number): KnownValue {
    this.#checkSize(shape);
    return this.known(type, shape, new Float64Array(numel(shape)).fill(number));
  }

  /**
   * Adds a layer that computes one tensor from others. If the node folds, computes the tensor at once instead.
   *
   * @param type - Type of the output; default: the type of the first operand.
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

  /** Adds a layer that may have state. The last layer of a node gets the node's name. */
  layer(operands: readonly Value[], layer: WiredLayer, type: OnnxType = operands[0].type): Value {
    return this.#parts.drafts.add({ name: `${this.name}:part`, operands, type, layer });
  }

  /** Computes in float64, which represents every index exactly, and rounds to the type. */
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
        : this.fail(`${operand.name} must be a constant, but depends on the network's input`),
    );
    const { shape, data } = noGrad(() => compute(tensors));
    return this.known(
      type,
      shape,
      Float64Array.from(data, (value) => castTo(type, value)),
    );
  }

  #checkSize(shape: Shape): void {
    if (!(numel(shape) <= MAX_FOLDED)) {
      this.fail(`constant is too large (got ${showShape(shape)}, at most 2^20 numbers)`);
    }
  }
}

function axisRange(rank: number): string {
  return rank === 0 ? 'no axis of a scalar' : `-${String(rank)} to ${String(rank - 1)}`;
}

/** Description of a node in messages: operator, name and domain. */
function describeNode({ op, name, outputs, domain }: OnnxNode, opset: number): string {
  const called = name === '' ? outputs.join(', ') : name;
  return `onnx: ${op} ${JSON.stringify(called)} (${domain === '' ? 'ai.onnx' : domain} ${String(opset)})`;
}

/** Runs a function for a node, and puts the node's description before the message of its errors. */
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
