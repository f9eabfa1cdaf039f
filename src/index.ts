// The public names, from the ground up. Nothing inside src imports this file.

export type { AxisMap, CoordinateMap } from './core/coordinate-map.js';
export {
  align,
  compose,
  croppingAxis,
  IDENTITY_AXIS,
  IDENTITY_MAP,
  slidingAxis,
  stampingAxis,
} from './core/coordinate-map.js';
export { FcnError, ParseError, ShapeError } from './core/errors.js';
export type { NamedArray, NamedArrays } from './core/named-arrays.js';
export type { Rational } from './core/rational.js';
export { createRng, restoreRng, type Rng } from './core/rng.js';
export type { Pair, Shape } from './core/shape.js';

export type * from './backend/backend.js';
export type { PoolRounding } from './backend/pool-size.js';
export { createReferenceBackend } from './backend/reference/index.js';
export type { Arena } from './backend/wasm/arena.js';
export {
  createWasmBackend,
  type WasmBackend,
  type WasmBackendOptions,
} from './backend/wasm/index.js';

export type { Ndarray, NdarrayLike } from './tensor/ndarray-like.js';
export type { Origin } from './tensor/origin.js';
export { Tensor, type Creator, type TensorOptions, type TensorParts } from './tensor/tensor.js';

export { backward } from './autograd/backward.js';
export { isRecording, noGrad } from './autograd/no-grad.js';
export { defineOp, type Inputs, type OpRule, type Saved } from './autograd/op.js';

export { add } from './ops/add.js';
export { argmax } from './ops/argmax.js';
export { avgPool2d, globalAvgPool2d } from './ops/avg-pool2d.js';
export {
  batchMoments,
  batchNorm2d,
  updateRunningStatistics,
  type BatchNorm2dOptions,
  type ChannelStatistics,
} from './ops/batch-norm2d.js';
export { channelScale } from './ops/channel-scale.js';
export { concat } from './ops/concat.js';
export { convTranspose2d } from './ops/conv-transpose2d.js';
export { conv2d, type ConvOptions } from './ops/conv2d.js';
export { crop } from './ops/crop.js';
export { dropout, type DropoutOptions } from './ops/dropout.js';
export { linear } from './ops/linear.js';
export { lrn } from './ops/lrn.js';
export { maxPool2d } from './ops/max-pool2d.js';
export { maximum } from './ops/maximum.js';
export type { PoolOptions } from './ops/pool-options.js';
export { relu } from './ops/relu.js';
export { resizeBilinear } from './ops/resize-bilinear.js';
export { sigmoid } from './ops/sigmoid.js';
export { softmax } from './ops/softmax.js';
export {
  softmaxCrossEntropy,
  type LossNormalization,
  type SoftmaxCrossEntropyOptions,
} from './ops/softmax-cross-entropy.js';
export { weightedSum } from './ops/weighted-sum.js';

export type { RgbImage } from './data/image.js';
export { EMBEDDED_MODEL, type ModelSource } from './segment/open-model.js';
export {
  heatOf,
  openPhotoClassifier,
  type CellAxis,
  type PhotoClassifier,
  type RankedClass,
  type ScoreMaps,
} from './segment/photo-classifier.js';
export type { ImageSource, PixelImage } from './segment/pixels.js';
export type { ClassStats, Colour, LegendEntry, SegmentResult } from './segment/result.js';
export {
  createSegmenter,
  type Segmenter,
  type SegmenterOptions,
  type SegmentRequest,
} from './segment/segmenter.js';
