import type { Rng } from '../core/rng.js';
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
  /**
   * Switches between training and use; only modules that behave differently, or hold some, have it.
   *
   * @param training - True while the network learns.
   * @param rng - Where dropout draws from while it does.
   */
  setTraining?(training: boolean, rng?: Rng): void;
}

/** A module and its name inside a larger one. */
export type NamedModule = readonly [name: string, module: Module];

/**
 * Parameters of several modules, each name prefixed by its module's: `prefix.name`.
 *
 * A name that starts with a slash is appended to the prefix as it is: `fire2` and
 * `/squeeze1x1.weight` give `fire2/squeeze1x1.weight`, as Caffe names the parts of a block.
 */
export function joinParameters(
  modules: Iterable<readonly [string, Pick<Module, 'parameters'>]>,
): Map<string, Tensor> {
  const joined = new Map<string, Tensor>();
  for (const [prefix, module] of modules) {
    for (const [name, tensor] of module.parameters()) {
      joined.set(name.startsWith('/') ? prefix + name : `${prefix}.${name}`, tensor);
    }
  }
  return joined;
}
