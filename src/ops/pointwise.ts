import { applyRule } from '../autograd/op.js';
import type { OpRule } from '../autograd/op-rule.js';
import {
  isPointwise,
  pointwise as compute,
  pointwiseBackward,
  type PointwiseFunction,
} from '../backend/reference/pointwise.js';
import { FcnError } from '../core/errors.js';
import { POINTWISE } from '../core/geometry.js';
import type { Tensor } from '../tensor/tensor.js';

/** Attributes of {@link pointwise}. */
export interface PointwiseAttrs {
  /** Which function. */
  readonly name: PointwiseFunction;
  /** Its first setting; default 0. */
  readonly a?: number;
  /** Its second setting; default 0. */
  readonly b?: number;
}

/** Rule of {@link pointwise}. */
export const pointwiseRule: OpRule<readonly [Tensor], Required<PointwiseAttrs>> = {
  name: 'pointwise',
  computedBy: 'plain-loops',
  geometry: POINTWISE,
  inferShape([x], { name }) {
    // Callers without a type checker, such as readers of files, can pass anything.
    if (!isPointwise(name)) throw new FcnError(`pointwise: no function ${String(name)}`);
    return x.shape;
  },
  forward(_backend, [x], { name, a, b }, y) {
    compute(x.data, name, a, b, y.data);
    return undefined;
  },
  backward(_backend, [x], attrs, y) {
    pointwiseBackward(x.data, y.data, y.grad, attrs, x.grad);
  },
};

/**
 * A function of one number, applied to each: for the functions that Caffe and ONNX have and no FCN spends
 * time in.
 *
 * `affine` a·x + b; `clip` to [a, b]; `elu` and `leakyRelu` with a as the factor below 0; `hardSigmoid`
 * max(0, min(1, a·x + b)); `hardSwish`; `power` x^a; `softplus`; `step` 1 where x > a; `swish`
 * x / (1 + e^−ax); `tanh`; `exp`, `log`, `sqrt`, `reciprocal`, `abs`, `neg`; `ceil`, `floor`, `truncate`,
 * whose gradient is 0, as is that of `step`. Each in float64, rounded once.
 *
 * @param x - Any shape.
 * @returns The same shape.
 */
export function pointwise(x: Tensor, { name, a = 0, b = 0 }: PointwiseAttrs): Tensor {
  return applyRule(pointwiseRule, [x], { name, a, b });
}
