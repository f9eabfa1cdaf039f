// The public names, from the ground up. Nothing inside src imports this file.

import './core/platform-types.js';

export type { AxisMap, CoordinateMap } from './core/coordinate-map.js';
export {
  alignAxisMaps,
  composeAxisMaps,
  croppingAxis,
  IDENTITY_AXIS,
  IDENTITY_MAP,
  slidingAxis,
  stampingAxis,
} from './core/coordinate-map.js';
export { FcnError, ParseError, ShapeError, ThreadError } from './core/errors.js';
export type { NamedArray, NamedArrays } from './core/named-arrays.js';
export type { Rational } from './core/rational.js';
export { createRng, restoreRng, type Rng } from './core/rng.js';
export type { Pair, Shape } from './core/shape.js';

export type * from './backend/backend.js';
export type { PoolRounding } from './backend/pool-size.js';
export type { BroadcastFunction } from './backend/reference/broadcast.js';
export { createReferenceBackend } from './backend/reference/index.js';
export type { AccuracyAttrs } from './backend/reference/accuracy.js';
export type { BestChannelsAttrs } from './backend/reference/best-channels.js';
export type { PointwiseFunction } from './backend/reference/pointwise.js';
export type { PoolNdGeometry, PoolNdKind } from './backend/reference/pool-nd.js';
export type { PlaceTables } from './backend/reference/rearrange.js';
export type { Reduction } from './backend/reference/reduce.js';
export type { Taps } from './backend/reference/resample.js';
export type { Arena } from './backend/wasm/arena.js';
export {
  createWasmBackend,
  type Threading,
  type WasmBackend,
  type WasmBackendOptions,
} from './backend/wasm/index.js';

export type { Ndarray, NdarrayLike } from './tensor/ndarray-like.js';
export type { Origin } from './tensor/origin.js';
export { Tensor, type Creator, type TensorOptions, type TensorParts } from './tensor/tensor.js';

export { backward } from './autograd/backward.js';
export { isRecording, noGrad } from './autograd/no-grad.js';
export { applyRule } from './autograd/op.js';
export type { Inputs, NoAttrs, OpRule, Saved } from './autograd/op-rule.js';
export type { Footprint, Windows } from './core/footprint.js';
export { NO_PIXELS, POINTWISE, sliding, type OpGeometry } from './core/geometry.js';

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
export { accuracy } from './ops/accuracy.js';
export { bestChannels } from './ops/best-channels.js';
export { broadcast } from './ops/broadcast.js';
export { channelScale } from './ops/channel-scale.js';
export { concat } from './ops/concat.js';
export { convTranspose2d } from './ops/conv-transpose2d.js';
export { conv2d, type ConvOptions } from './ops/conv2d.js';
export { crop } from './ops/crop.js';
export { dropout, type DropoutOptions } from './ops/dropout.js';
export { gatherElements } from './ops/gather-elements.js';
export { linear } from './ops/linear.js';
export { lrn } from './ops/lrn.js';
export { matMul } from './ops/mat-mul.js';
export { maxPool2d } from './ops/max-pool2d.js';
export { maximum } from './ops/maximum.js';
export { pointwise, type PointwiseAttrs } from './ops/pointwise.js';
export { poolNd, type PoolNdAttrs } from './ops/pool-nd.js';
export type { PoolOptions } from './ops/pool-options.js';
export { multiply } from './ops/multiply.js';
export { relu } from './ops/relu.js';
export { reshape } from './ops/reshape.js';
export { rearrange, type RearrangeAttrs } from './ops/rearrange.js';
export { reduce, type ReduceAttrs } from './ops/reduce.js';
export { resample, type ResampleAttrs } from './ops/resample.js';
export { resizeBilinear } from './ops/resize-bilinear.js';
export { sigmoid } from './ops/sigmoid.js';
export { slice } from './ops/slice.js';
export { softmax } from './ops/softmax.js';
export {
  softmaxCrossEntropy,
  type LossNormalization,
  type SoftmaxCrossEntropyOptions,
} from './ops/softmax-cross-entropy.js';
export { weightedSum } from './ops/weighted-sum.js';
export { where } from './ops/where.js';

export { BatchNorm2d, type BatchNorm2dLayerOptions } from './nn/batch-norm2d.js';
export { ChannelScale, type ChannelScaleOptions } from './nn/channel-scale.js';
export { ConvTranspose2d, type ConvTranspose2dOptions } from './nn/conv-transpose2d.js';
export { Conv2d, type Conv2dOptions, type WeightAndBias } from './nn/conv2d.js';
export { Dropout, type DropoutOptions as DropoutLayerOptions } from './nn/dropout.js';
export {
  bilinearFiller,
  bilinearKernel,
  constantFiller,
  gaussianFiller,
  msraFiller,
  xavierFiller,
  type Filler,
  type VarianceNorm,
} from './nn/init.js';
export { convolutionize, Linear, type LinearOptions } from './nn/linear.js';
export { Lrn } from './nn/lrn.js';
export { MaxPool2d } from './nn/max-pool2d.js';
export type { Observer } from './nn/forward-pass.js';
export type { Module, NamedModule } from './nn/module.js';
export type { Network } from './nn/network.js';
export type { ParameterMaker } from './nn/parameter.js';
export { Relu } from './nn/relu.js';
export { Sequential, type SequentialOptions } from './nn/sequential.js';
export { WiredNetwork, type Wire, type WiredLayer } from './nn/wired-network.js';

export { alignment, cropOffset, type Alignment } from './graph/coordinates.js';
export { receptiveField, type ReceptiveField } from './graph/receptive-field.js';
export { summarize, type SummaryRow } from './graph/summary.js';
export type { InputShapes } from './graph/input-shapes.js';
export { diffGraphs, type LayerChange, type LayerDiff } from './graph/diff-graphs.js';
export { nodeName, trace, type Graph } from './graph/trace.js';

export { compile, type CompileOptions } from './plan/compile.js';
export { MemoryBudgetError } from './plan/program/fit-memory.js';
export { ActivationMemory, type ActivationBlock } from './plan/memory/activation-memory.js';
export type { LayerDescription, LayerRegion, Plan, PlanMode } from './plan/plan.js';
export type { PackedWeights } from './plan/memory/weight-store.js';

export {
  createSqueezenetClassifier,
  createVgg16Classifier,
  type Classifier,
  type ClassifierOptions,
  type Vgg16Options,
} from './models/classifier.js';
export { createNetwork, type CreateOptions } from './models/create-network.js';
export { cropLike } from './models/crop-like.js';
export { createFcnResnet, FcnResnet, type FcnResnetSpec } from './models/fcn-resnet.js';
export { FcnNetwork, type Head, type Skip } from './models/fcn.js';
export type { ResnetSize } from './models/resnet.js';
export { instantiate } from './models/instantiate.js';
export {
  loadParameters,
  type LoadOptions,
  type LoadReport,
  type ParameterHolder,
} from './models/load-parameters.js';
export {
  describeModel,
  ModelFileError,
  readModel,
  type Model,
  type ModelDescription,
} from './models/model-file.js';
export {
  GEOMETRIES,
  parseNetworkSpec,
  SpecError,
  TRUNKS,
  VARIANTS,
  type CompleteSpec,
  type Geometry,
  type NetworkSpec,
  type TrunkName,
  type Variant,
} from './models/network-spec.js';
export {
  convolutionizeArrays,
  expandScore,
  freeze,
  interp,
  transplant,
  type ConvolutionizeReport,
  type ExpandReport,
} from './models/surgery.js';
export type { Tap, Trunk } from './models/trunk.js';

export { createAdam, type AdamOptions } from './optim/adam.js';
export type { Optimizer, OptimizerOptions, OptimizerState } from './optim/optimizer.js';
export { DOUBLED_BIAS_RATE, type ParameterRule } from './optim/parameter-rule.js';
export type * from './optim/rate-policy.js';
export { rateAt } from './optim/rate-policy.js';
export { createSgd, type SgdOptions } from './optim/sgd.js';

export { evaluate, predictClasses, type Scored } from './train/evaluate.js';
export { fit, type FitOptions } from './train/fit.js';
export { readPhotos } from './train/photos.js';
export type { ProgressStream, StepReport } from './train/progress.js';
export { RecipeError } from './train/recipe-error.js';
export { runRecipeFile, type RecipeFileOptions } from './train/run-recipe-file.js';
export { trainStep, type Batch, type Trainee } from './train/step.js';

export { memorySource, type ByteSource } from './io/byte-source.js';
export { openFileSource, type FileSource } from './io/file-source.js';
export type { Blob, BlobsByLayer } from './io/caffe/blobs.js';
export type { NetState } from './io/caffe/filter-net.js';
export { CaffeMessage, type FieldValue } from './io/caffe/message.js';
export type * from './io/caffe/message-type.js';
export type { BlobNumbers, NumberTarget } from './io/caffe/blob-numbers.js';
export { printTextFormat } from './io/caffe/print-text.js';
export {
  readCaffeModel,
  readMean,
  readNetText,
  readSolverState,
  readSolverText,
  type CaffeModel,
} from './io/caffe/read-files.js';
export type { SolverState } from './io/caffe/solver-state.js';
export { TextFormatError } from './io/caffe/text-lexer.js';
export type * from './io/onnx/model.js';
export { readOnnx, type ReadOnnxOptions } from './io/onnx/read-model.js';
export { writeOnnx } from './io/onnx/write-model.js';
export { readTensorFile, type ExternalData } from './io/onnx/read-tensor.js';
export { readSafetensors, writeSafetensors } from './io/safetensors.js';
export type { SafetensorsFile, SafetensorsWriteOptions } from './io/safetensors.js';
export { augment, type AugmentOptions, type LabelledImage } from './data/augment.js';
export { VOC_CLASSES } from './data/classes.js';
export { decodeImage } from './data/decode-image.js';
export { encodePng } from './data/encode-png.js';
export * from './data/folder-dataset.js';
export type { DecodeOptions, LabelMap, RgbImage } from './data/image.js';
export { decodeLabels, encodeIndexedPng } from './data/indexed-png.js';
export { overlay } from './data/overlay.js';
export { VOC_PALETTE, type Palette } from './data/palette.js';
export { differenceOf, type Difference } from './metrics/difference.js';
export {
  labelChanges,
  type ClassMap,
  type LabelChange,
  type LabelChanges,
} from './metrics/label-changes.js';
export type { ArrayComparison } from './metrics/array-comparison.js';
export { ConfusionMatrix, type ClassScore, type Scores } from './metrics/confusion-matrix.js';

export {
  buildCaffeNetwork,
  type BuildCaffeOptions,
  type CaffeNetwork,
} from './formats/caffe/build-network.js';
export type { Purpose } from './formats/caffe/definitions/net-builder.js';
export {
  DEFINED_NETWORKS,
  defineNetwork,
  type DefinitionOptions,
} from './formats/caffe/definitions/official.js';
export type { Width } from './formats/caffe/definitions/trunks.js';
export type { CaffeInputOptions } from './formats/caffe/inputs.js';
export { loadCaffeWeights, type WeightsReport } from './formats/caffe/load-weights.js';
export {
  openCaffeNetwork,
  type OpenedCaffeNetwork,
  type OpenCaffeOptions,
} from './formats/caffe/open-network.js';
export type {
  ParameterMultipliers,
  MultipliersByName,
} from './formats/caffe/parameter-multipliers.js';
export { caffeSolver, caffeOptimizerState, type CaffeSolver } from './formats/caffe/solver.js';
export { exportPrototxt, toNetParameter } from './formats/caffe/export-network.js';
export { writeCaffeModel } from './formats/caffe/write-model.js';

export { packModel, type PackOptions } from './segment/pack-model.js';
export { EMBEDDED_MODEL } from './open/embedded-model.js';
export { inspect, type InspectOptions } from './open/inspect-opened.js';
export { NETWORK_NAMES } from './open/known-names.js';
export { OpenError, type OpenErrorKind } from './open/open-error.js';
export { openNetwork } from './open/open-network.js';
export type {
  BuiltNetwork,
  NetworkKind,
  OpenedNetwork,
  OpenNetworkOptions,
} from './open/opened-network.js';
export type { NetworkSource } from './open/read-source.js';
export { exportOnnx, toOnnx } from './formats/onnx/export-network.js';
export { OnnxNetwork, type OnnxGraphValue, type OnnxOutput } from './formats/onnx/onnx-network.js';
export { openOnnxNetwork, type OpenOnnxOptions } from './formats/onnx/open-network.js';

export type { MatLabelMap } from './formats/label-maps.js';
export {
  readContextLabels,
  readNyudLabels,
  readSbdLabels,
  readSiftFlowLabels,
} from './formats/label-maps.js';
export { diffWeights, type ArrayDiff, type WeightsDiff } from './formats/diff-weights.js';
export { openWeights, type OpenWeightsOptions } from './formats/open-weights.js';
export { saveWeights, type SavedWeights, type SaveWeightsOptions } from './formats/save-weights.js';
export type { WeightsFile, WeightsKind } from './formats/weights-file.js';
export { readNpz, writeNpz, type NpzWriteOptions } from './io/npz.js';
export { readNpy, writeNpy, type NpyArray } from './io/npy.js';
export type { TypedArray } from './io/elements.js';
export type { CachedFile, Environment } from './zoo/cache.js';
export { ZOO, zooEntry } from './zoo/catalogue.js';
export { download, DownloadError, OfflineError, type DownloadOptions } from './zoo/download.js';
export type * from './zoo/entry.js';
export { decodeDepth, type DepthMap } from './data/depth.js';
export { parsePreprocessing } from './zoo/parse-preprocessing.js';
export { NYUD_DEPTH } from './zoo/preprocessing.js';
export { NotDownloadedError } from './zoo/source.js';

export {
  heatOf,
  openPhotoClassifier,
  type CellAxis,
  type PhotoClassifier,
  type RankedClass,
  type ScoreMaps,
} from './segment/photo-classifier.js';
export { OptionError, type OptionNaming } from './core/option-error.js';
export type { ImageSource, PixelImage } from './segment/pixels.js';
export type { ClassStats, Colour, LegendEntry, SegmentResult } from './segment/result.js';
export {
  createSegmenter,
  type Segmenter,
  type SegmenterOptions,
  type SegmentRequest,
} from './segment/segmenter.js';
export { type NetworkInput, depthInput, pictureInput, toPlanes } from './data/make-input.js';
export type { Preprocessing } from './data/preprocessing.js';

export type { Check, Verdict } from './verify/checks.js';
export type { ClassAgreement, DemoFigures, DemoResult } from './verify/demo.js';
export { toMarkdown, type DatasetResult, type VerifyReport } from './verify/report.js';
export { verify, type VerifyOptions } from './verify/verify-weights.js';
