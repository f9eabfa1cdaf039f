import assert from 'node:assert/strict';
import type { ResizeMode } from '../../src/backend/backend.js';
import type { Pair } from '../../src/core/shape.js';
import { add } from '../../src/ops/add.js';
import { avgPool2d } from '../../src/ops/avg-pool2d.js';
import { broadcast, type BroadcastAttrs } from '../../src/ops/broadcast.js';
import { batchNorm2d, type BatchNormAttrs } from '../../src/ops/batch-norm2d.js';
import { channelScale } from '../../src/ops/channel-scale.js';
import { concat, type ConcatAttrs } from '../../src/ops/concat.js';
import { convTranspose2d } from '../../src/ops/conv-transpose2d.js';
import { conv2d } from '../../src/ops/conv2d.js';
import { linear } from '../../src/ops/linear.js';
import { lrn } from '../../src/ops/lrn.js';
import { matMul } from '../../src/ops/mat-mul.js';
import { maximum } from '../../src/ops/maximum.js';
import { multiply } from '../../src/ops/multiply.js';
import { pointwise, type PointwiseAttrs } from '../../src/ops/pointwise.js';
import { poolNd, type PoolNdAttrs } from '../../src/ops/pool-nd.js';
import type { PoolOpAttrs } from '../../src/ops/pool-options.js';
import { rearrange, type RearrangeAttrs } from '../../src/ops/rearrange.js';
import { reduce, type ReduceAttrs } from '../../src/ops/reduce.js';
import { relu } from '../../src/ops/relu.js';
import { resample, type ResampleAttrs } from '../../src/ops/resample.js';
import { reshape, type ReshapeAttrs } from '../../src/ops/reshape.js';
import { resizeBilinear } from '../../src/ops/resize-bilinear.js';
import { sigmoid } from '../../src/ops/sigmoid.js';
import { slice, type SliceAttrs } from '../../src/ops/slice.js';
import { softmax } from '../../src/ops/softmax.js';
import { weightedSum, type WeightedSumAttrs } from '../../src/ops/weighted-sum.js';
import type { Tensor } from '../../src/tensor/tensor.js';

type Eager = (operands: readonly Tensor[], attrs: object) => Tensor;

const OPS: Readonly<Record<string, Eager>> = {
  constant: ([value]) => value,
  add: ([a, b]) => add(a, b),
  avgPool2d: ([x], attrs) => avgPool2d(x, attrs as PoolOpAttrs),
  batchNorm2d([x, mean, variance, ...affine], attrs) {
    const { epsilon, weighted } = attrs as BatchNormAttrs;
    const weight = weighted ? affine[0] : null;
    const bias = affine.at(weighted ? 1 : 0) ?? null;
    return batchNorm2d(x, { mean, variance }, { epsilon, weight, bias });
  },
  broadcast: ([a, b], attrs) => broadcast(a, b, (attrs as BroadcastAttrs).name),
  channelScale: ([x, scale, ...shift]) => channelScale(x, scale, shift.at(0)),
  concat: (operands, attrs) => concat(operands, (attrs as ConcatAttrs).axis),
  conv2d: ([x, w, ...bias], attrs) => conv2d(x, w, bias.at(0), attrs),
  convTranspose2d: ([x, w, ...bias], attrs) => convTranspose2d(x, w, bias.at(0), attrs),
  linear: ([x, w, ...bias]) => linear(x, w, bias.at(0)),
  lrn: ([x], attrs) => lrn(x, attrs),
  matMul: ([a, b]) => matMul(a, b),
  maximum: (operands) => maximum(operands),
  multiply: ([a, b]) => multiply(a, b),
  pointwise: ([x], attrs) => pointwise(x, attrs as PointwiseAttrs),
  poolNd: ([x], attrs) => poolNd(x, attrs as PoolNdAttrs),
  rearrange: ([x], attrs) => rearrange(x, attrs as RearrangeAttrs),
  reduce: ([x], attrs) => reduce(x, attrs as ReduceAttrs),
  relu: ([x]) => relu(x),
  resample: ([x], attrs) => resample(x, attrs as ResampleAttrs),
  reshape: ([x], attrs) => reshape(x, (attrs as ReshapeAttrs).shape),
  resizeBilinear([x], attrs) {
    const { size, mode } = attrs as { readonly size: Pair; readonly mode: ResizeMode };
    return resizeBilinear(x, size, mode);
  },
  sigmoid: ([x]) => sigmoid(x),
  slice([x], attrs) {
    const { axis, start, size } = attrs as SliceAttrs;
    return slice(x, axis, start, size);
  },
  softmax: ([x]) => softmax(x),
  weightedSum: (operands, attrs) => weightedSum(operands, (attrs as WeightedSumAttrs).coefficients),
};

/** An op on its operands, with its attributes as the graph knows them. */
export function eagerly(op: string, operands: readonly Tensor[], attrs: object): Tensor {
  assert(op in OPS, `no layer and no eager op for ${op}`);
  return OPS[op](operands, attrs);
}
