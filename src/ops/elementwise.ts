import { applyRule } from '../autograd/op.js';
import type { OpRule } from '../autograd/op-rule.js';
import {
  elementwise as compute,
  elementwiseBackward,
  isElementwise,
  type ElementwiseFunction,
  type ElementwiseOperands,
} from '../backend/reference/elementwise.js';
import { FcnError, ShapeError } from '../core/errors.js';
import { geometryBy, NO_PIXELS, POINTWISE } from '../core/geometry.js';
import { sameShape, showShape, type Shape } from '../core/shape.js';
import type { Tensor } from '../tensor/tensor.js';

/** Attributes of an element-wise function in the graph. */
export interface ElementwiseAttrs {
  /** Function. */
  readonly name: ElementwiseFunction;
  /** For each operand, true if its pixels correspond to the output's. */
  readonly mapped: readonly boolean[];
}

/** Rule of {@link elementwise}. */
export const elementwiseRule: OpRule<readonly [Tensor, Tensor], ElementwiseAttrs> = {
  name: 'elementwise',
  computedBy: 'plain-loops',
  geometry: geometryBy(({ mapped }, input) => (mapped[input] ? POINTWISE : NO_PIXELS)),
  inferShape([a, b], { name }) {
    // Callers without a type checker, such as readers of files, can pass anything.
    if (!isElementwise(name)) throw new FcnError(`elementwise: no function ${String(name)}`);
    return broadcastShape(a.shape, b.shape);
  },
  forward(_backend, inputs, { name }, y) {
    compute(operands(inputs), name, y.data, y.shape);
    return undefined;
  },
  backward(_backend, [a, b], { name }, y) {
    elementwiseBackward(operands([a, b]), name, y.grad, y.shape, {
      a: a.requiresGrad ? a.grad : null,
      b: b.requiresGrad ? b.grad : null,
    });
  },
};

function operands([a, b]: readonly [Tensor, Tensor]): ElementwiseOperands {
  return { a: a.data, aShape: a.shape, b: b.data, bShape: b.shape };
}

/**
 * Returns the common shape of two operands: they are aligned at their last axes, and an extent of 1 is repeated.
 *
 * @throws {@link ShapeError} if they do not fit.
 */
function broadcastShape(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  const extentOf = (shape: Shape, axis: number): number =>
    axis < rank - shape.length ? 1 : shape[axis - rank + shape.length];
  return Array.from({ length: rank }, (_, axis) => {
    const first = extentOf(a, axis);
    const second = extentOf(b, axis);
    if (first !== second && first !== 1 && second !== 1) {
      throw new ShapeError(`elementwise: ${showShape(a)} and ${showShape(b)} do not fit`);
    }
    return first === 1 ? second : first;
  });
}

/**
 * A function of two numbers, element by element, each operand repeated along the axes on which it has
 * one index or none: `add`, `sub`, `mul`, `div`, `pow`, `max`, `min`, `prelu` (a·b below 0) and `equal`
 * (1 or 0, of no gradient).
 *
 * Shapes are aligned at their last axes, as in NumPy and ONNX. Each value is computed in float64 and
 * rounded once. Where both operands have one shape, {@link add} and {@link maximum} are faster.
 *
 * @param a - Any shape.
 * @param b - Any shape that fits.
 * @returns The larger of both extents on each axis.
 * @throws {@link ShapeError} if two extents differ and none is 1.
 */
export function elementwise(a: Tensor, b: Tensor, name: ElementwiseFunction): Tensor {
  const spatial = broadcastShape(a.shape, b.shape).slice(-2);
  const mapped = [a, b].map(({ shape }) => sameShape(shape.slice(-2), spatial));
  return applyRule(elementwiseRule, [a, b], { name, mapped });
}
