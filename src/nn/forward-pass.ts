import type { Tensor } from '../tensor/tensor.js';
import type { Module, NamedModule } from './module.js';

/** Is told every tensor that a forward pass makes, by the name of its layer. */
export type Observer = (name: string, tensor: Tensor) => void;

/**
 * One run through a network: names what the layers compute, and gives memory back as soon as it is
 * dead. The only place that decides about that:
 *
 * - what is recorded for backward stays, until the training step releases it;
 * - what is pinned stays: the caller's input, and skips until they have been fused;
 * - where somebody observes, everything stays, and is the observer's to free.
 */
export class ForwardPass {
  readonly #pinned: Set<Tensor>;
  readonly #observe: Observer | undefined;

  constructor(input: Tensor, observe?: Observer) {
    this.#pinned = new Set([input]);
    this.#observe = observe;
  }

  /** Applies a layer whose input is not needed afterwards, unless it is pinned. */
  step(name: string, layer: Module, x: Tensor): Tensor {
    return this.made(name, layer.forward(x), x);
  }

  /**
   * Names a tensor that was computed from `inputs`, and frees the inputs that are no longer needed.
   *
   * @param name - Name of the layer; undefined inside a block, where weights give the names.
   */
  made(name: string | undefined, output: Tensor, ...inputs: readonly Tensor[]): Tensor {
    if (name !== undefined) this.#observe?.(name, output);
    if (inputs.includes(output)) return output;
    output.origin.name = name;
    if (this.#observe === undefined && output.creator === null) {
      for (const input of new Set(inputs)) if (!this.#pinned.has(input)) input.free();
    }
    return output;
  }

  /** Keeps a tensor until {@link ForwardPass.unpin}. */
  pin(tensor: Tensor): void {
    this.#pinned.add(tensor);
  }

  /** Lets the next step that takes the tensor be its last. */
  unpin(tensor: Tensor): void {
    this.#pinned.delete(tensor);
  }
}

/** Runs layers one after another; `afterLayer` sees what each has computed, and may pin it. */
export function runLayers(
  layers: readonly NamedModule[],
  x: Tensor,
  pass: ForwardPass,
  afterLayer?: Observer,
): Tensor {
  let current = x;
  for (const [name, layer] of layers) {
    current = pass.step(name, layer, current);
    afterLayer?.(name, current);
  }
  return current;
}
