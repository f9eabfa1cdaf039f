import { applyRule } from '../autograd/op.js';
import type { NoAttrs, OpRule } from '../autograd/op-rule.js';
import { where as choose, whereBackward } from '../backend/reference/where.js';
import { POINTWISE } from '../core/geometry.js';
import { assertSameShape } from '../core/shape.js';
import type { Tensor } from '../tensor/tensor.js';

/** Rule of {@link where}. */
export const whereRule: OpRule<readonly [Tensor, Tensor, Tensor], NoAttrs> = {
  name: 'where',
  computedBy: 'plain-loops',
  geometry: POINTWISE,
  inferShape([condition, a, b]) {
    assertSameShape('where a', condition.shape, a.shape);
    assertSameShape('where b', condition.shape, b.shape);
    return condition.shape;
  },
  forward(_backend, [condition, a, b], _attrs, y) {
    choose(condition.data, a.data, b.data, y.data);
    return undefined;
  },
  backward(_backend, [condition, a, b], _attrs, y) {
    whereBackward(condition.data, y.grad, {
      a: a.requiresGrad ? a.grad : null,
      b: b.requiresGrad ? b.grad : null,
    });
  },
};

/**
 * One of two numbers, element by element: a where the condition is not 0 (a NaN is not), b elsewhere. The
 * one that is not taken has no influence, not even as a NaN; nor has it a gradient.
 *
 * @param condition - Any shape; has no gradient.
 * @param a - The same shape.
 * @param b - The same shape.
 * @returns The same shape.
 * @throws {@link ShapeError} if the shapes differ.
 */
export function where(condition: Tensor, a: Tensor, b: Tensor): Tensor {
  return applyRule(whereRule, [condition, a, b], {});
}
