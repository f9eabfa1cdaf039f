import type { OpNode } from '../../autograd/op-node.js';
import { FcnError } from '../../core/errors.js';
import type { Shape } from '../../core/shape.js';
import { nodeName } from '../../graph/trace.js';
import type { OnnxAttribute, OnnxNode, OnnxTensor } from '../../io/onnx/model.js';

/** Node of a traced graph that is being exported: its inputs, and the ONNX nodes that replace it. */
export class ExportNode {
  /** Node of the graph. */
  readonly origin: OpNode;
  /** ONNX nodes added so far. */
  readonly nodes: OnnxNode[] = [];
  /** Constants of these nodes, to be stored as initializers. */
  readonly constants: OnnxTensor[] = [];

  /** Names of the graph's values, which new values must not have. */
  readonly #taken: ReadonlySet<string>;

  constructor(origin: OpNode, taken: ReadonlySet<string>) {
    this.origin = origin;
    this.#taken = taken;
  }

  /** Name of the node and of its value. */
  get name(): string {
    return nodeName(this.origin);
  }

  /** Names of the node's inputs. */
  get inputs(): readonly string[] {
    return this.origin.inputs.map(nodeName);
  }

  /** Adds the ONNX node that writes the value of this node. */
  add(op: string, inputs: readonly string[], attributes: Attributes = {}): void {
    this.#push(op, inputs, this.name, attributes);
  }

  /** Adds an ONNX node with an intermediate value. @returns Name of the value. */
  step(op: string, inputs: readonly string[], attributes: Attributes = {}): string {
    const name = this.#free(`${this.name}/${op}${String(this.nodes.length)}`);
    this.#push(op, inputs, name, attributes);
    return name;
  }

  /** Adds a constant of integers. @returns Name of the constant. */
  ints(values: readonly number[], shape: Shape = [values.length]): string {
    return this.#constant({ type: 'int64', dims: shape, data: Float64Array.from(values) });
  }

  /** Adds a constant of floats. @returns Name of the constant. */
  floats(values: readonly number[], shape: Shape = [values.length]): string {
    return this.#constant({ type: 'float32', dims: shape, data: Float32Array.from(values) });
  }

  /** @throws {@link FcnError} always; the message begins with the node's op and name. */
  fail(reason: string): never {
    throw new FcnError(`onnx: ${this.origin.op} ${JSON.stringify(this.name)}: ${reason}`);
  }

  #push(op: string, inputs: readonly string[], name: string, attributes: Attributes): void {
    const entries = Object.entries(attributes).map(
      ([key, value]) => [key, attributeOf(value)] as const,
    );
    const node = { name, op, domain: '', inputs, outputs: [name], attributes: new Map(entries) };
    this.nodes.push(node);
  }

  /** Makes a name unique: a network that was read from a file may already use it. */
  #free(name: string): string {
    let free = name;
    while (this.#taken.has(free)) free += '_';
    return free;
  }

  #constant(tensor: Omit<OnnxTensor, 'name'>): string {
    const name = this.#free(`${this.name}/constant${String(this.constants.length)}`);
    this.constants.push({ name, ...tensor });
    return name;
  }
}

/** Attributes of a node. Floats are wrapped by {@link floatAttribute}, because a plain number is an int attribute. */
type Attributes = Readonly<Record<string, number | string | readonly number[] | Float>>;

/** Float attribute. */
interface Float {
  readonly float: number;
}

/** Marks a number as a float attribute. */
export function floatAttribute(value: number): Float {
  return { float: value };
}

function attributeOf(value: Attributes[string]): OnnxAttribute {
  if (typeof value === 'number') return { kind: 'int', value };
  if (typeof value === 'string') return { kind: 'text', value };
  return 'float' in value ? { kind: 'float', value: value.float } : { kind: 'ints', value };
}
