import type { Backend } from '../backend/backend.js';
import type { Rng } from '../core/rng.js';
import type { Shape } from '../core/shape.js';
import { leafOrigin } from '../tensor/origin.js';
import { Tensor } from '../tensor/tensor.js';
import type { Filler } from './init.js';

/** Where the parameters of modules are made. */
export interface ParameterMaker {
  /** Where their numbers live; null for a dry network, which has shapes and a graph only. */
  readonly backend: Backend | null;
  /** Where random initial values come from; null if weights are going to be loaded. */
  readonly rng: Rng | null;
}

/**
 * Makes a learned tensor.
 *
 * @throws {@link FcnError} if the filler draws random numbers and the maker has no stream of them.
 */
export function makeParameter(maker: ParameterMaker, shape: Shape, fill: Filler): Tensor {
  if (maker.backend === null) {
    return new Tensor({
      backend: null,
      data: new Float32Array(0),
      origin: leafOrigin('parameter', shape),
      requiresGrad: true,
    });
  }
  const tensor = Tensor.zeros(maker.backend, shape, { requiresGrad: true });
  fill(tensor.data, shape, maker.rng);
  return tensor;
}
