import type { Tensor } from '../tensor/tensor.js';

/** A layer or a network: a function of a tensor, with parameters of its own. */
export interface Module {
  /** Computes the output. Shapes are documented by the module. */
  forward(x: Tensor): Tensor;
  /**
   * Everything that belongs into a weights file, by name: learned tensors (`requiresGrad`), frozen
   * ones, and running statistics. Names of inner modules are joined with dots: `conv1_1.weight`.
   */
  parameters(): ReadonlyMap<string, Tensor>;
}

/** Parameters of several modules, each name put behind its module's: `prefix.name`. */
export function joinParameters(modules: Iterable<readonly [string, Module]>): Map<string, Tensor> {
  const joined = new Map<string, Tensor>();
  for (const [prefix, module] of modules) {
    for (const [name, tensor] of module.parameters()) joined.set(`${prefix}.${name}`, tensor);
  }
  return joined;
}
