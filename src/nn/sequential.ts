import type { Rng } from '../core/rng.js';
import type { Tensor } from '../tensor/tensor.js';
import { ForwardPass, runLayers } from './forward-pass.js';
import { joinParameters, type Module, type NamedModule } from './module.js';

/** Options of a {@link Sequential}. */
export interface SequentialOptions {
  /**
   * True for a part of a larger network: what its layers compute is called after their weights, whose names
   * tell all of the network's apart. Default: false, it is called after the layers.
   */
  readonly isPart?: boolean;
}

/** Layers one after another. Without recording, only the output and the caller's input stay. */
export class Sequential implements Module {
  /** The layers in their order, by name. */
  readonly layers: readonly NamedModule[];

  readonly #isPart: boolean;

  constructor(layers: readonly NamedModule[], { isPart = false }: SequentialOptions = {}) {
    this.layers = layers;
    this.#isPart = isPart;
  }

  forward(x: Tensor): Tensor {
    const pass = new ForwardPass(x);
    if (!this.#isPart) return runLayers(this.layers, x, pass);
    return this.layers.reduce(
      (input, [, layer]) => pass.made(undefined, layer.forward(input), input),
      x,
    );
  }

  parameters(): ReadonlyMap<string, Tensor> {
    return joinParameters(this.layers);
  }

  setTraining(training: boolean, rng?: Rng): void {
    for (const [, layer] of this.layers) layer.setTraining?.(training, rng);
  }
}
