import { applyRule } from '../autograd/op.js';
import type { OpRule } from '../autograd/op-rule.js';
import type { BoxAttrs } from '../backend/attributes.js';
import { ShapeError } from '../core/errors.js';
import { shifted } from '../core/geometry.js';
import { assertSameShape, numel, type Shape } from '../core/shape.js';
import type { Tensor } from '../tensor/tensor.js';

/** Attributes of a concatenation in the graph. */
export interface ConcatAttrs {
  /** Axis along which the inputs are joined. */
  readonly axis: number;
  /** Where each input starts on that axis. */
  readonly starts: readonly number[];
}

/** Rule of {@link concat}. */
export const concatRule: OpRule<readonly Tensor[], ConcatAttrs> = {
  name: 'concat',
  computedBy: 'backend',
  geometry: shifted(({ axis, starts }, input) => [
    axis === 2 ? -starts[input] : 0,
    axis === 3 ? -starts[input] : 0,
  ]),
  inferShape(inputs, { axis }) {
    const [{ shape }] = inputs;
    if (!(Number.isInteger(axis) && axis >= 0 && axis < shape.length)) {
      throw new ShapeError(`concat: no axis ${String(axis)} in ${inputs[0].describe()}`);
    }
    for (const input of inputs) {
      assertSameShape('concat', shape, input.shape.with(axis, shape[axis]));
    }
    return shape.with(
      axis,
      inputs.reduce((sum, input) => sum + input.shape[axis], 0),
    );
  },
  forward(backend, inputs, { axis, starts }, y) {
    inputs.forEach((input, i) => {
      backend.copyBox(input.data, y.data, place(input.shape, y.shape, axis, starts[i]), false);
    });
    return undefined;
  },
  backward(backend, inputs, { axis, starts }, y) {
    inputs.forEach((input, i) => {
      if (!input.requiresGrad) return;
      const { extent, source, target } = place(input.shape, y.shape, axis, starts[i]);
      backend.copyBox(y.grad, input.grad, { extent, source: target, target: source }, true);
    });
  },
};

/** One row per index before the axis: the elements from the axis on are contiguous. */
function place(input: Shape, output: Shape, axis: number, start: number): BoxAttrs {
  const rows = numel(input.slice(0, axis));
  const columns = numel(input.slice(axis));
  const rowStride = numel(output.slice(axis));
  return {
    extent: [1, rows, columns],
    source: { planeStride: 0, rowStride: columns, start: 0 },
    target: { planeStride: 0, rowStride, start: start * numel(output.slice(axis + 1)) },
  };
}

/**
 * Joins tensors along an axis, by default the channels.
 *
 * @param inputs - At least one tensor; shapes equal but for the axis.
 * @param axis - Axis, counted from 0.
 * @returns The shape of the inputs, with the sum of their extents on the axis.
 * @throws {@link ShapeError} if there is no input, the axis does not exist or another extent differs.
 * @see Caffe's Concat layer.
 */
export function concat(inputs: readonly Tensor[], axis = 1): Tensor {
  if (inputs.length === 0) throw new ShapeError('concat: at least one input');
  let start = 0;
  const starts = inputs.map((input) => (start += input.shape[axis]) - input.shape[axis]);
  return applyRule(concatRule, inputs, { axis, starts });
}
