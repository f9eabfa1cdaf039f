import type { LayerBuilder } from '../layer.js';
import { concat, crop, eltwise, silence, slice, split } from './combine.js';
import { convolution, deconvolution } from './convolution.js';
import {
  bnll,
  clip,
  elu,
  exponential,
  logarithm,
  power,
  sigmoid,
  swish,
  tanh,
  threshold,
} from './functions.js';
import { innerProduct } from './inner-product.js';
import { batchNorm, bias, lrn, scale } from './normalise.js';
import { absVal, dropout, prelu, relu } from './pointwise.js';
import { pooling } from './pooling.js';
import { flatten, reshape } from './reshape.js';
import { accuracy, argMax, softmax, softmaxWithLoss } from './score.js';

/** Builders of layers, by Caffe's name of the layer's type. */
export const LAYER_BUILDERS: ReadonlyMap<string, LayerBuilder> = new Map([
  ['AbsVal', absVal],
  ['Accuracy', accuracy],
  ['ArgMax', argMax],
  ['BNLL', bnll],
  ['BatchNorm', batchNorm],
  ['Bias', bias],
  ['Clip', clip],
  ['Concat', concat],
  ['Convolution', convolution],
  ['Crop', crop],
  ['Deconvolution', deconvolution],
  ['Dropout', dropout],
  ['ELU', elu],
  ['Eltwise', eltwise],
  ['Exp', exponential],
  ['Flatten', flatten],
  ['InnerProduct', innerProduct],
  ['LRN', lrn],
  ['Log', logarithm],
  ['PReLU', prelu],
  ['Pooling', pooling],
  ['Power', power],
  ['ReLU', relu],
  ['Reshape', reshape],
  ['Scale', scale],
  ['Sigmoid', sigmoid],
  ['Silence', silence],
  ['Slice', slice],
  ['Softmax', softmax],
  ['SoftmaxWithLoss', softmaxWithLoss],
  ['Split', split],
  ['Swish', swish],
  ['TanH', tanh],
  ['Threshold', threshold],
]);
