import { applyRule } from '../autograd/op.js';
import type { NoAttrs, OpRule } from '../autograd/op-rule.js';
import {
  matMul as compute,
  matMulBackward,
  type MatMulOperands,
} from '../backend/reference/mat-mul.js';
import { ShapeError } from '../core/errors.js';
import { NO_PIXELS } from '../core/geometry.js';
import { numel } from '../core/shape.js';
import type { Tensor } from '../tensor/tensor.js';

/** Rule of {@link matMul}. */
export const matMulRule: OpRule<readonly [Tensor, Tensor], NoAttrs> = {
  name: 'matMul',
  computedBy: 'plain-loops',
  geometry: NO_PIXELS,
  macs: ([a], y) => numel(y) * a[a.length - 1],
  inferShape([a, b]) {
    const rank = a.shape.length;
    const [K] = a.shape.slice(-1);
    const [rows, N] = b.shape.slice(-2);
    const fits = a.shape
      .slice(0, -2)
      .every((extent, i) => extent === b.shape[i] || extent === 1 || b.shape[i] === 1);
    if (!(rank >= 2 && rank === b.shape.length && K === rows && fits)) {
      throw new ShapeError(`matMul: ${a.describe()} and ${b.describe()} do not fit`);
    }
    const stack = a.shape.slice(0, -2).map((extent, i) => (extent === 1 ? b.shape[i] : extent));
    return [...stack, a.shape[rank - 2], N];
  },
  forward(_backend, inputs, _attrs, y) {
    compute(operands(inputs), y.data, y.shape);
    return undefined;
  },
  backward(_backend, [a, b], _attrs, y) {
    const gradA = a.requiresGrad ? a.grad : null;
    const gradB = b.requiresGrad ? b.grad : null;
    matMulBackward(operands([a, b]), y.grad, y.shape, gradA, gradB);
  },
};

function operands([a, b]: readonly [Tensor, Tensor]): MatMulOperands {
  return { a: a.data, aShape: a.shape, b: b.data, bShape: b.shape };
}

/**
 * Product of matrices: y[…, m, n] = Σ_k a[…, m, k] · b[…, k, n], terms in the order of k.
 *
 * For the matrices of imported networks; {@link linear} is faster where one operand is a weight.
 *
 * @param a - `[…, M, K]`.
 * @param b - `[…, K, N]`, of the same rank; a stack of one goes with every matrix of the other.
 * @returns `[…, M, N]`.
 * @throws {@link ShapeError} if they do not fit.
 */
export function matMul(a: Tensor, b: Tensor): Tensor {
  return applyRule(matMulRule, [a, b], {});
}
