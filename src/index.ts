// The entry point of the package: segmenting photos and opening networks. Everything else has entry points of its own,
// by subject: tensor, models, plan, train, weights, caffe, onnx, zoo, web. Nothing inside src imports these files.

import './core/platform-types.js';

export { DigestError, FcnError, ParseError, ShapeError, ThreadError } from './core/errors.js';
export { OptionError, type OptionNaming } from './core/option-error.js';
export { MemoryBudgetError } from './plan/program/fit-memory.js';
export { decodeImage } from './data/decode-image.js';
export { encodePng } from './data/encode-png.js';
export type { DecodeOptions, LabelMap, RgbImage } from './data/image.js';
export { decodeLabels, encodeIndexedPng } from './data/indexed-png.js';
export { overlay } from './data/overlay.js';
export { VOC_PALETTE, type Palette } from './data/palette.js';
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
  SizedNetwork,
} from './open/opened-network.js';
export type { NetworkSource } from './open/read-source.js';
export { decodeDepth, type DepthMap } from './data/depth.js';
export {
  heatOf,
  openPhotoClassifier,
  type CellAxis,
  type PhotoClassifier,
  type RankedClass,
  type ScoreMaps,
} from './segment/photo-classifier.js';
export type { ImageSource, PixelImage } from './segment/pixels.js';
export type {
  ClassStats,
  Colour,
  LegendEntry,
  ScoredResult,
  SegmentResult,
} from './segment/result.js';
export {
  createSegmenter,
  type Segmenter,
  type SegmenterOptions,
  type SegmentRequest,
} from './segment/segmenter.js';
export { type NetworkInput, depthInput, pictureInput, toPlanes } from './data/make-input.js';
export type { PictureKind, Preprocessing } from './data/preprocessing.js';
