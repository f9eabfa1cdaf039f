import { FcnError, ShapeError } from '../core/errors.js';
import { numel } from '../core/shape.js';
import type { Tensor } from '../tensor/tensor.js';

/**
 * Adds the gradient of `output` to the gradient of every leaf it was computed from.
 *
 * Gradients accumulate; the memory of gradients between `output` and the leaves is given back as
 * soon as it has been used.
 *
 * @param output - A scalar, or any tensor if `seed` is given.
 * @param seed - Gradient of the output, of its shape; 1 for a scalar.
 * @throws {@link FcnError} if no gradient was recorded.
 * @throws {@link ShapeError} if the seed does not fit.
 */
export function backward(output: Tensor, seed?: ArrayLike<number>): void {
  if (output.creator === null) {
    throw new FcnError(`backward: no gradient was recorded for ${output.describe()}`);
  }
  const size = numel(output.shape);
  if ((seed?.length ?? 1) !== size) {
    throw new ShapeError(`backward: ${output.describe()} needs a seed of ${String(size)} numbers`);
  }
  const { grad } = output;
  if (seed === undefined) grad[0] += 1;
  else for (let i = 0; i < size; i++) grad[i] += seed[i];

  for (const tensor of lastMadeFirst(output)) {
    if (tensor.hasGrad) tensor.creator?.backward();
    tensor.freeGrad();
  }
}

/** The tensors between `output` and the leaves, each after everything that was computed from it. */
function lastMadeFirst(output: Tensor): Tensor[] {
  const found = new Set<Tensor>();
  const open = [output];
  for (let tensor = open.pop(); tensor !== undefined; tensor = open.pop()) {
    if (tensor.creator === null || found.has(tensor)) continue;
    found.add(tensor);
    open.push(...tensor.creator.inputs);
  }
  return [...found].sort((a, b) => (b.creator?.serial ?? 0) - (a.creator?.serial ?? 0));
}
