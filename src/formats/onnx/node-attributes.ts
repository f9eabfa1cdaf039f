import type { OnnxAttribute, OnnxNode, OnnxTensor } from '../../io/onnx/model.js';

/** The attributes of a node, each asked for by its kind; what nobody asked for is found out. */
export class NodeAttributes {
  readonly #attributes: OnnxNode['attributes'];
  readonly #fail: (reason: string) => never;
  readonly #asked = new Set<string>();

  /** @param fail - Throws an error that names the node. */
  constructor({ attributes }: OnnxNode, fail: (reason: string) => never) {
    this.#attributes = attributes;
    this.#fail = fail;
  }

  /** True if the node has it. */
  has(name: string): boolean {
    return this.#attributes.has(name);
  }

  /** An integer. */
  int(name: string, otherwise: number): number {
    const attribute = this.#find(name, 'int');
    return attribute?.kind === 'int' ? attribute.value : otherwise;
  }

  /** A float. */
  float(name: string, otherwise: number): number {
    const attribute = this.#find(name, 'float');
    return attribute?.kind === 'float' ? attribute.value : otherwise;
  }

  /** A text. */
  text(name: string, otherwise: string): string {
    const attribute = this.#find(name, 'text');
    return attribute?.kind === 'text' ? attribute.value : otherwise;
  }

  /** Integers; null if the node has none. */
  ints(name: string): readonly number[] | null {
    const attribute = this.#find(name, 'ints');
    return attribute?.kind === 'ints' ? attribute.value : null;
  }

  /** Floats; null if the node has none. */
  floats(name: string): readonly number[] | null {
    const attribute = this.#find(name, 'floats');
    return attribute?.kind === 'floats' ? attribute.value : null;
  }

  /** A tensor; null if the node has none. */
  tensor(name: string): OnnxTensor | null {
    const attribute = this.#find(name, 'tensor');
    return attribute?.kind === 'tensor' ? attribute.value : null;
  }

  /** Passes over attributes that change nothing about what is computed here. */
  ignore(...names: readonly string[]): void {
    for (const name of names) this.#asked.add(name);
  }

  /** @throws {@link FcnError} if the node has an attribute that nobody asked for. */
  checkAllAsked(): void {
    for (const name of this.#attributes.keys()) {
      if (!this.#asked.has(name)) this.#fail(`attribute ${name} is not supported`);
    }
  }

  #find(name: string, kind: OnnxAttribute['kind']): OnnxAttribute | undefined {
    this.#asked.add(name);
    const attribute = this.#attributes.get(name);
    if (attribute !== undefined && attribute.kind !== kind) {
      this.#fail(`attribute ${name} is of kind ${attribute.kind}, not ${kind}`);
    }
    return attribute;
  }
}
