import type { Rng } from '../core/rng.js';
import type { Tensor } from '../tensor/tensor.js';
import { ForwardPass, runLayers } from './forward-pass.js';
import { joinParameters, type Module, type NamedModule } from './module.js';

/** Layers one after another. Without recording, only the output and the caller's input stay. */
export class Sequential implements Module {
  /** The layers in their order, by name. */
  readonly layers: readonly NamedModule[];

  constructor(layers: readonly NamedModule[]) {
    this.layers = layers;
  }

  forward(x: Tensor): Tensor {
    return runLayers(this.layers, x, new ForwardPass(x));
  }

  parameters(): ReadonlyMap<string, Tensor> {
    return joinParameters(this.layers);
  }

  setTraining(training: boolean, rng?: Rng): void {
    for (const [, layer] of this.layers) layer.setTraining?.(training, rng);
  }
}
