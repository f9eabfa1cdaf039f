// `fcn-wasm/tensor`: tensors, autograd, the ops, and the backends that compute them.

import '../core/platform-types.js';

export type { AxisMap, CoordinateMap } from '../core/coordinate-map.js';
export {
  alignAxisMaps,
  composeAxisMaps,
  croppingAxis,
  IDENTITY_AXIS,
  IDENTITY_MAP,
  slidingAxis,
  stampingAxis,
} from '../core/coordinate-map.js';
export type { Rational } from '../core/rational.js';
export { createRng, restoreRng, type Rng } from '../core/rng.js';
export type { Pair, Shape } from '../core/shape.js';
export type * from '../backend/attributes.js';
export type * from '../backend/backend.js';
export type { PoolRounding } from '../backend/pool-size.js';
export type { ElementwiseFunction } from '../backend/reference/elementwise.js';
export { createReferenceBackend } from '../backend/reference/index.js';
export type { AccuracyAttrs } from '../backend/reference/accuracy.js';
export type { BestChannelsAttrs } from '../backend/reference/best-channels.js';
export type { PointwiseFunction } from '../backend/reference/pointwise.js';
export type { PoolNdGeometry, PoolNdKind } from '../backend/reference/pool-nd.js';
export type { PlaceTables } from '../backend/reference/take-elements.js';
export type { Reduction } from '../backend/reference/reduce.js';
export type { Taps } from '../backend/reference/resample.js';
export type { Arena } from '../backend/wasm/arena.js';
export {
  createWasmBackend,
  type Threading,
  type WasmBackend,
  type WasmBackendOptions,
} from '../backend/wasm/index.js';
export type { Ndarray, NdarrayLike } from '../tensor/ndarray-like.js';
export type { Origin } from '../tensor/origin.js';
export { Tensor, type Creator, type TensorOptions, type TensorParts } from '../tensor/tensor.js';
export { backward } from '../autograd/backward.js';
export { isRecording, noGrad } from '../autograd/no-grad.js';
export { applyRule } from '../autograd/op.js';
export { isNode, OpNode } from '../autograd/op-node.js';
export type { Rect, Span } from '../core/rect.js';
export type { Inputs, NoAttrs, OpRule, Saved } from '../autograd/op-rule.js';
export type { Footprint, Windows } from '../core/footprint.js';
export { NO_PIXELS, POINTWISE, sliding, type OpGeometry } from '../core/geometry.js';
export { add } from '../ops/add.js';
export { argmax } from '../ops/argmax.js';
export { avgPool2d, globalAvgPool2d } from '../ops/avg-pool2d.js';
export {
  batchMoments,
  batchNorm2d,
  updateRunningStatistics,
  type BatchNorm2dOptions,
  type ChannelStatistics,
} from '../ops/batch-norm2d.js';
export { accuracy } from '../ops/accuracy.js';
export { bestChannels } from '../ops/best-channels.js';
export { elementwise } from '../ops/elementwise.js';
export { channelScale } from '../ops/channel-scale.js';
export { concat } from '../ops/concat.js';
export { convTranspose2d } from '../ops/conv-transpose2d.js';
export { conv2d, type ConvOptions } from '../ops/conv2d.js';
export { crop } from '../ops/crop.js';
export { dropout, type DropoutOptions } from '../ops/dropout.js';
export { gatherElements } from '../ops/gather-elements.js';
export { linear } from '../ops/linear.js';
export { lrn } from '../ops/lrn.js';
export { matMul } from '../ops/mat-mul.js';
export { maxPool2d } from '../ops/max-pool2d.js';
export { maximum } from '../ops/maximum.js';
export { pointwise, type PointwiseAttrs } from '../ops/pointwise.js';
export { poolNd, type PoolNdAttrs } from '../ops/pool-nd.js';
export type { PoolOptions } from '../ops/pool-options.js';
export { multiply } from '../ops/multiply.js';
export { relu } from '../ops/relu.js';
export { reshape } from '../ops/reshape.js';
export { takeElements, type TakeElementsAttrs } from '../ops/take-elements.js';
export { reduce, type ReduceAttrs } from '../ops/reduce.js';
export { resample, type ResampleAttrs } from '../ops/resample.js';
export { resizeBilinear } from '../ops/resize-bilinear.js';
export { sigmoid } from '../ops/sigmoid.js';
export { slice } from '../ops/slice.js';
export { softmax } from '../ops/softmax.js';
export {
  softmaxCrossEntropy,
  type LossNormalization,
  type SoftmaxCrossEntropyOptions,
} from '../ops/softmax-cross-entropy.js';
export { weightedSum } from '../ops/weighted-sum.js';
export { where } from '../ops/where.js';
