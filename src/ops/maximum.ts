import { applyRule } from '../autograd/op.js';
import type { NoAttrs, OpRule } from '../autograd/op-rule.js';
import { ShapeError } from '../core/errors.js';
import { POINTWISE } from '../core/geometry.js';
import { assertSameShape } from '../core/shape.js';
import type { Tensor } from '../tensor/tensor.js';

/** Rule of {@link maximum}. */
export const maximumRule: OpRule<readonly [Tensor, Tensor], NoAttrs> = {
  name: 'maximum',
  computedBy: 'backend',
  geometry: POINTWISE,
  inferShape([a, b]) {
    assertSameShape('maximum', a.shape, b.shape);
    return a.shape;
  },
  forward(backend, [a, b], _attrs, y) {
    backend.maximum(a.data, b.data, y.data);
    return undefined;
  },
  backward(backend, [a, b], _attrs, y) {
    const gradA = a.requiresGrad ? a.grad : null;
    const gradB = b.requiresGrad ? b.grad : null;
    backend.maximumBackward(a.data, b.data, y.grad, gradA, gradB);
  },
};

/**
 * Largest of several tensors, element by element. The winner takes the gradient.
 *
 * At a tie of the first two the second one wins; a later one wins only if it is larger. NaN wins.
 *
 * @param inputs - At least two tensors of one shape.
 * @returns The same shape.
 * @throws {@link ShapeError} if there are fewer than two, or shapes differ.
 * @see Caffe's Eltwise layer with operation MAX.
 */
export function maximum(inputs: readonly Tensor[]): Tensor {
  if (inputs.length < 2) {
    throw new ShapeError(`maximum: at least two inputs, got ${String(inputs.length)}`);
  }
  const [first, second, ...later] = inputs;
  // In a pair the second wins a tie, so the maximum so far is the second operand.
  return later.reduce(
    (largest, input) => applyRule(maximumRule, [input, largest], {}),
    applyRule(maximumRule, [first, second], {}),
  );
}
