// `fcn-wasm/models`: layers, the networks of the papers, net surgery and model files.

import '../core/platform-types.js';

export { BatchNorm2d, type BatchNorm2dLayerOptions } from '../nn/batch-norm2d.js';
export { ChannelScale, type ChannelScaleOptions } from '../nn/channel-scale.js';
export { ConvTranspose2d, type ConvTranspose2dOptions } from '../nn/conv-transpose2d.js';
export { Conv2d, type Conv2dOptions, type WeightAndBias } from '../nn/conv2d.js';
export { Dropout, type DropoutOptions as DropoutLayerOptions } from '../nn/dropout.js';
export {
  bilinearFiller,
  bilinearKernel,
  constantFiller,
  gaussianFiller,
  msraFiller,
  xavierFiller,
  type Filler,
  type VarianceNorm,
} from '../nn/init.js';
export { convolutionize, Linear, type LinearOptions } from '../nn/linear.js';
export { Lrn } from '../nn/lrn.js';
export { MaxPool2d } from '../nn/max-pool2d.js';
export type { Observer } from '../nn/forward-pass.js';
export type { Module, NamedModule } from '../nn/module.js';
export type { Network } from '../nn/network.js';
export type { ParameterMaker } from '../nn/parameter.js';
export { Relu } from '../nn/relu.js';
export { Sequential, type SequentialOptions } from '../nn/sequential.js';
export { WiredNetwork, type Wire, type WiredLayer } from '../nn/wired-network.js';
export {
  createSqueezenetClassifier,
  createVgg16Classifier,
  type Classifier,
  type ClassifierOptions,
  type Vgg16Options,
} from '../models/classifier.js';
export {
  createNetwork,
  createOfficialNetwork,
  type CreateOfficialOptions,
  type CreateOptions,
} from '../models/create-network.js';
export { cropLike } from '../models/crop-like.js';
export { createFcnResnet, FcnResnet, type FcnResnetSpec } from '../models/fcn-resnet.js';
export { FcnNetwork } from '../models/fcn.js';
export type { ResnetSize } from '../models/resnet.js';
export { instantiate } from '../models/instantiate.js';
export {
  loadParameters,
  type LoadOptions,
  type LoadReport,
  type ParameterHolder,
} from '../models/load-parameters.js';
export {
  describeModel,
  ModelFileError,
  readModel,
  type Model,
  type ModelDescription,
} from '../models/model-file.js';
export {
  parseNetworkSpec,
  SpecError,
  TRUNKS,
  VARIANTS,
  type CompleteSpec,
  type NetworkSpec,
  type TrunkName,
  type Variant,
} from '../models/network-spec.js';
export {
  convolutionizeArrays,
  expandScore,
  freeze,
  setBilinearUpsampling,
  transplant,
  type ConvolutionizeReport,
  type ExpandReport,
} from '../models/surgery.js';
export { DEFINED_NETWORKS } from '../models/paper/official.js';
export { GEOMETRIES, type Geometry, type Width } from '../models/paper/trunk.js';
