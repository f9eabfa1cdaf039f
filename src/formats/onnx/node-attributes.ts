import type { OnnxAttribute, OnnxNode, OnnxTensor } from '../../io/onnx/model.js';

/** Attributes of a node. Records which attributes were read, so that unknown ones can be refused. */
export class NodeAttributes {
  readonly #attributes: OnnxNode['attributes'];
  readonly #fail: (reason: string) => never;
  readonly #asked = new Set<string>();

  /** @param fail - Throws an error that names the node. */
  constructor({ attributes }: OnnxNode, fail: (reason: string) => never) {
    this.#attributes = attributes;
    this.#fail = fail;
  }

  /** True if the node has this attribute. */
  has(name: string): boolean {
    return this.#attributes.has(name);
  }

  /** Value of an int attribute; `otherwise` if it is absent. */
  int(name: string, otherwise: number): number {
    const attribute = this.#find(name, 'int');
    return attribute?.kind === 'int' ? attribute.value : otherwise;
  }

  /** Value of a float attribute; `otherwise` if it is absent. */
  float(name: string, otherwise: number): number {
    const attribute = this.#find(name, 'float');
    return attribute?.kind === 'float' ? attribute.value : otherwise;
  }

  /** Value of a string attribute; `otherwise` if it is absent. */
  text(name: string, otherwise: string): string {
    const attribute = this.#find(name, 'text');
    return attribute?.kind === 'text' ? attribute.value : otherwise;
  }

  /** Values of an ints attribute; null if it is absent. */
  ints(name: string): readonly number[] | null {
    const attribute = this.#find(name, 'ints');
    return attribute?.kind === 'ints' ? attribute.value : null;
  }

  /** Values of a floats attribute; null if it is absent. */
  floats(name: string): readonly number[] | null {
    const attribute = this.#find(name, 'floats');
    return attribute?.kind === 'floats' ? attribute.value : null;
  }

  /** Value of a tensor attribute; null if it is absent. */
  tensor(name: string): OnnxTensor | null {
    const attribute = this.#find(name, 'tensor');
    return attribute?.kind === 'tensor' ? attribute.value : null;
  }

  /** Accepts attributes that do not change the result here. */
  ignore(...names: readonly string[]): void {
    for (const name of names) this.#asked.add(name);
  }

  /** @throws {@link FcnError} if the node has an attribute that was not read. */
  checkAllAsked(): void {
    for (const name of this.#attributes.keys()) {
      if (!this.#asked.has(name)) this.#fail(`attribute ${name} is unsupported`);
    }
  }

  #find(name: string, kind: OnnxAttribute['kind']): OnnxAttribute | undefined {
    this.#asked.add(name);
    const attribute = this.#attributes.get(name);
    if (attribute !== undefined && attribute.kind !== kind) {
      this.#fail(`attribute ${name} has the wrong kind (got ${attribute.kind}, expected ${kind})`);
    }
    return attribute;
  }
}
