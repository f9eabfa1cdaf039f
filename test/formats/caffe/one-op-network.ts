/** Networks of one function, for the tests of what is exported to Caffe. */
import { createRng } from '../../../src/core/rng.js';
import { numel, type Shape } from '../../../src/core/shape.js';
import type { Module } from '../../../src/nn/module.js';
import { bestChannels } from '../../../src/ops/best-channels.js';
import { pointwise, type PointwiseAttrs } from '../../../src/ops/pointwise.js';
import type { PoolNdAttrs } from '../../../src/ops/pool-nd.js';
import { reshape } from '../../../src/ops/reshape.js';
import { slice } from '../../../src/ops/slice.js';
import { Tensor } from '../../../src/tensor/tensor.js';
import { reference32 } from '../../support/backends.js';

/** Shape of the input. */
export const SHAPE: Shape = [1, 4, 6, 8];

/** Function of the input; `weights` makes a parameter of a name and shape, once. */
export type Forward = (x: Tensor, weights: (name: string, ...shape: number[]) => Tensor) => Tensor;

/** Network of one function; weights are drawn from [0.5, 1.5), so that they are valid variances. */
export function networkOf(forward: Forward): Module {
  const parameters = new Map<string, Tensor>();
  const rng = createRng(12);
  const weights = (name: string, ...shape: number[]): Tensor => {
    const known = parameters.get(name);
    if (known) return known;
    const values = Array.from({ length: numel(shape) }, () => 0.5 + rng.uniform());
    const tensor = Tensor.from(reference32, values, shape);
    parameters.set(name, tensor);
    return tensor;
  };
  forward(Tensor.from(reference32, new Float32Array(numel(SHAPE)), SHAPE), weights);
  return { forward: (x) => forward(x, weights), parameters: () => parameters };
}

/** Names a value after its layer. */
export function named(name: string, value: Tensor): Tensor {
  value.origin.name = name;
  return value;
}

/** Options of a pooling that Caffe also has. */
export const POOL: Omit<PoolNdAttrs, 'kind'> = {
  ...{ rounding: 'ceil', kernelSize: [3, 2], stride: [2, 2], dilation: [1, 1] },
  ...{ before: [1, 0], after: [1, 0] },
};

/** Function of each number. */
export const pointwiseOf =
  (attrs: PointwiseAttrs): Forward =>
  (x) =>
    pointwise(x, attrs);

/** Labels 0 and 1 for the pixels of the input. */
export const labelsOf = (x: Tensor): Tensor =>
  reshape(bestChannels(slice(x, 1, 0, 2), { count: 1, give: 'index' }), [1, 6, 8]);
