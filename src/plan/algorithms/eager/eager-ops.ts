import type { AccuracyAttrs } from '../../../backend/reference/accuracy.js';
import type { BestChannelsAttrs } from '../../../backend/reference/best-channels.js';
import type { ResizeMode } from '../../../backend/backend.js';
import { FcnError } from '../../../core/errors.js';
import type { Pair } from '../../../core/shape.js';
import { accuracy } from '../../../ops/accuracy.js';
import { add } from '../../../ops/add.js';
import { avgPool2d } from '../../../ops/avg-pool2d.js';
import { bestChannels } from '../../../ops/best-channels.js';
import { broadcast, type BroadcastAttrs } from '../../../ops/broadcast.js';
import { batchNorm2d, type BatchNormAttrs } from '../../../ops/batch-norm2d.js';
import { channelScale } from '../../../ops/channel-scale.js';
import { concat, type ConcatAttrs } from '../../../ops/concat.js';
import { convTranspose2d } from '../../../ops/conv-transpose2d.js';
import { conv2d } from '../../../ops/conv2d.js';
import { crop, type CropAttrs } from '../../../ops/crop.js';
import { gatherElements, type GatherElementsAttrs } from '../../../ops/gather-elements.js';
import { linear } from '../../../ops/linear.js';
import { lrn } from '../../../ops/lrn.js';
import { matMul } from '../../../ops/mat-mul.js';
import { maxPool2d } from '../../../ops/max-pool2d.js';
import { maximum } from '../../../ops/maximum.js';
import { multiply } from '../../../ops/multiply.js';
import { pointwise, type PointwiseAttrs } from '../../../ops/pointwise.js';
import { poolNd, type PoolNdAttrs } from '../../../ops/pool-nd.js';
import type { PoolOpAttrs } from '../../../ops/pool-options.js';
import { rearrange, type RearrangeAttrs } from '../../../ops/rearrange.js';
import { reduce, type ReduceAttrs } from '../../../ops/reduce.js';
import { relu } from '../../../ops/relu.js';
import { resample, type ResampleAttrs } from '../../../ops/resample.js';
import { reshape, type ReshapeAttrs } from '../../../ops/reshape.js';
import { resizeBilinear } from '../../../ops/resize-bilinear.js';
import { sigmoid } from '../../../ops/sigmoid.js';
import { slice, type SliceAttrs } from '../../../ops/slice.js';
import { softmaxCrossEntropy } from '../../../ops/softmax-cross-entropy.js';
import { softmax } from '../../../ops/softmax.js';
import { weightedSum, type WeightedSumAttrs } from '../../../ops/weighted-sum.js';
import { where } from '../../../ops/where.js';
import type { Tensor } from '../../../tensor/tensor.js';

/** An op as a function of what stands in the graph: its operands and its attributes. */
type EagerOp = (operands: readonly Tensor[], attrs: object) => Tensor;

/** Ops by their names in the graph. Each knows what its attributes look like there. */
const OPS: Readonly<Record<string, EagerOp>> = {
  accuracy: ([scores, labels], attrs) => accuracy(scores, labels, attrs as AccuracyAttrs),
  add: ([a, b]) => add(a, b),
  avgPool2d: ([x], attrs) => avgPool2d(x, attrs as PoolOpAttrs),
  batchNorm2d: normalise,
  bestChannels: ([x], attrs) => bestChannels(x, attrs as BestChannelsAttrs),
  broadcast: ([a, b], attrs) => broadcast(a, b, (attrs as BroadcastAttrs).name),
  channelScale: ([x, scale, ...shift]) => channelScale(x, scale, shift.at(0)),
  concat: (operands, attrs) => concat(operands, (attrs as ConcatAttrs).axis),
  conv2d: ([x, w, ...bias], attrs) => conv2d(x, w, bias.at(0), attrs),
  convTranspose2d: ([x, w, ...bias], attrs) => convTranspose2d(x, w, bias.at(0), attrs),
  crop([x], attrs) {
    const { offset, size } = attrs as CropAttrs;
    return crop(x, offset, size);
  },
  gatherElements: ([x, indices], attrs) =>
    gatherElements(x, indices, (attrs as GatherElementsAttrs).axis),
  linear: ([x, w, ...bias]) => linear(x, w, bias.at(0)),
  lrn: ([x], attrs) => lrn(x, attrs),
  matMul: ([a, b]) => matMul(a, b),
  maximum: (operands) => maximum(operands),
  maxPool2d: ([x], attrs) => maxPool2d(x, attrs as PoolOpAttrs),
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
  softmaxCrossEntropy: ([logits, labels], attrs) => softmaxCrossEntropy(logits, labels, attrs),
  weightedSum: (operands, attrs) => weightedSum(operands, (attrs as WeightedSumAttrs).coefficients),
  where: ([condition, a, b]) => where(condition, a, b),
};

/**
 * The eager op of a node of the graph.
 *
 * @throws {@link FcnError} if the op is not one that networks in use are made of.
 */
export function eagerOp(name: string): EagerOp {
  if (!Object.hasOwn(OPS, name)) throw new FcnError(`compile: a plan cannot hold the op ${name}`);
  return OPS[name];
}

function normalise(operands: readonly Tensor[], attrs: object): Tensor {
  const { epsilon, weighted } = attrs as BatchNormAttrs;
  const [x, mean, variance, ...affine] = operands;
  const weight = weighted ? affine[0] : null;
  const bias = affine.at(weighted ? 1 : 0) ?? null;
  return batchNorm2d(x, { mean, variance }, { epsilon, weight, bias });
}
