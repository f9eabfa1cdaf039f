import { FcnError } from '../../core/errors.js';
import type { Shape } from '../../core/shape.js';
import { nameOf } from '../../graph/trace.js';
import type { OnnxAttribute, OnnxNode, OnnxTensor } from '../../io/onnx/model.js';
import type { Origin } from '../../tensor/origin.js';

/** A node of a traced graph on its way into a file: what it reads, and the nodes it becomes. */
export class ExportNode {
  /** The node. */
  readonly origin: Origin;
  /** The nodes that it became. */
  readonly nodes: OnnxNode[] = [];
  /** The constants that those brought along. */
  readonly constants: OnnxTensor[] = [];

  /** Names that nothing else may get: those of the graph. */
  readonly #taken: ReadonlySet<string>;

  constructor(origin: Origin, taken: ReadonlySet<string>) {
    this.origin = origin;
    this.#taken = taken;
  }

  /** Its name, which is also that of its value. */
  get name(): string {
    return nameOf(this.origin);
  }

  /** Names of the values it reads. */
  get inputs(): readonly string[] {
    return this.origin.inputs.map(nameOf);
  }

  /** Adds a node that writes the value of the whole. */
  add(op: string, inputs: readonly string[], attributes: Attributes = {}): void {
    this.#push(op, inputs, this.name, attributes);
  }

  /** Adds a node whose value only the next ones read. @returns Its name. */
  step(op: string, inputs: readonly string[], attributes: Attributes = {}): string {
    const name = this.#free(`${this.name}/${op}${String(this.nodes.length)}`);
    this.#push(op, inputs, name, attributes);
    return name;
  }

  /** A constant of whole numbers. @returns Its name. */
  ints(values: readonly number[], shape: Shape = [values.length]): string {
    return this.#constant({ type: 'int64', dims: shape, data: Float64Array.from(values) });
  }

  /** A constant of floats. @returns Its name. */
  floats(values: readonly number[], shape: Shape = [values.length]): string {
    return this.#constant({ type: 'float32', dims: shape, data: Float32Array.from(values) });
  }

  /** @throws {@link FcnError} always, with the node's op and name. */
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

  /** The name, or one made of it where the graph has it: a network that was read may have such names. */
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

/** Attributes as they are written down: a float has a wrapper of its own, since 1 could be either. */
type Attributes = Readonly<Record<string, number | string | readonly number[] | Float>>;

/** A float attribute. */
interface Float {
  readonly float: number;
}

/** Marks a number as a float. */
export function floatAttribute(value: number): Float {
  return { float: value };
}

function attributeOf(value: Attributes[string]): OnnxAttribute {
  if (typeof value === 'number') return { kind: 'int', value };
  if (typeof value === 'string') return { kind: 'text', value };
  return 'float' in value ? { kind: 'float', value: value.float } : { kind: 'ints', value };
}
