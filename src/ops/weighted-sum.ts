import { applyRule } from '../autograd/op.js';
import type { OpRule } from '../autograd/op-rule.js';
import { ShapeError } from '../core/errors.js';
import { POINTWISE } from '../core/geometry.js';
import { assertSameShape } from '../core/shape.js';
import type { Tensor } from '../tensor/tensor.js';

/** Attributes of a weighted sum in the graph. */
export interface WeightedSumAttrs {
  /** One factor per input. */
  readonly coefficients: readonly number[];
}

/** Rule of {@link weightedSum}. */
export const weightedSumRule: OpRule<readonly Tensor[], WeightedSumAttrs> = {
  name: 'weightedSum',
  computedBy: 'backend',
  geometry: POINTWISE,
  inferShape(inputs, { coefficients }) {
    if (inputs.length === 0 || inputs.length !== coefficients.length) {
      throw new ShapeError(
        `weightedSum: ${String(inputs.length)} inputs, ${String(coefficients.length)} coefficients`,
      );
    }
    const [{ shape }] = inputs;
    for (const input of inputs) assertSameShape('weightedSum', shape, input.shape);
    return shape;
  },
  forward(backend, inputs, { coefficients }, y) {
    y.data.fill(0);
    inputs.forEach((input, i) => {
      backend.addScaled(input.data, coefficients[i], y.data);
    });
    return undefined;
  },
  backward(backend, inputs, { coefficients }, y) {
    inputs.forEach((input, i) => {
      if (input.requiresGrad) backend.addScaled(y.grad, coefficients[i], input.grad);
    });
  },
};

/**
 * Weighted sum of tensors, element by element: 0, then + coefficient · x in the order of the inputs.
 *
 * @param inputs - At least one tensor; all of one shape.
 * @param coefficients - One factor per input, rounded to float32.
 * @returns The same shape.
 * @throws {@link ShapeError} if there is no input, or counts or shapes differ.
 * @see Caffe's Eltwise layer with operation SUM.
 */
export function weightedSum(inputs: readonly Tensor[], coefficients: readonly number[]): Tensor {
  return applyRule(weightedSumRule, inputs, { coefficients: [...coefficients] });
}
