import { accuracyRule } from '../../ops/accuracy.js';
import type { AnyRule } from '../../autograd/op-rule.js';
import { addRule } from '../../ops/add.js';
import { avgPool2dRule } from '../../ops/avg-pool2d.js';
import { batchNorm2dRule } from '../../ops/batch-norm2d.js';
import { bestChannelsRule } from '../../ops/best-channels.js';
import { elementwiseRule } from '../../ops/elementwise.js';
import { channelScaleRule } from '../../ops/channel-scale.js';
import { concatRule } from '../../ops/concat.js';
import { convTranspose2dRule } from '../../ops/conv-transpose2d.js';
import { conv2dRule, type Conv2dAttrs } from '../../ops/conv2d.js';
import { cropRule } from '../../ops/crop.js';
import { linearRule } from '../../ops/linear.js';
import { lrnRule } from '../../ops/lrn.js';
import { maxPool2dRule } from '../../ops/max-pool2d.js';
import { maximumRule } from '../../ops/maximum.js';
import { multiplyRule } from '../../ops/multiply.js';
import { pointwiseRule } from '../../ops/pointwise.js';
import { poolNdRule } from '../../ops/pool-nd.js';
import { takeElementsRule } from '../../ops/take-elements.js';
import { reduceRule } from '../../ops/reduce.js';
import { reluRule } from '../../ops/relu.js';
import { reshapeRule } from '../../ops/reshape.js';
import { sigmoidRule } from '../../ops/sigmoid.js';
import { sliceRule } from '../../ops/slice.js';
import { softmaxCrossEntropyRule } from '../../ops/softmax-cross-entropy.js';
import { softmaxRule } from '../../ops/softmax.js';
import { weightedSumRule, type WeightedSumAttrs } from '../../ops/weighted-sum.js';
import { exporterOf } from '../exporter-of.js';
import { exportPointwise } from './export-functions.js';
import type { ExportNode } from './export-node.js';
import {
  exportBatchNorm,
  exportBroadcast,
  exportChannelScale,
  exportLrn,
} from './export-normalise.js';
import { exportPooling, exportPoolNd, spatialFields } from './export-pooling.js';
import {
  exportConcat,
  exportCrop,
  exportRearrange,
  exportReshape,
  exportSlice,
} from './export-reorder.js';
import { exportAccuracy, exportBestChannels, exportLoss, exportReduce } from './export-score.js';
import { messageOf, type Fields } from './message-of.js';

type ExportRule = (node: ExportNode) => void;

/** A convolution, or a transposed one. */
function filters(type: string): (node: ExportNode, attrs: Conv2dAttrs) => void {
  return (node, { kernelSize, stride, padding, dilation, groups }) => {
    const { shape } = node.origin;
    const param = messageOf('ConvolutionParameter', {
      num_output: shape[1],
      ...biasTerm(node),
      ...spatialFields('kernel', kernelSize, 0),
      ...spatialFields('pad', padding, 0),
      ...spatialFields('stride', stride, 1),
      ...(dilation.every((step) => step === 1) ? {} : { dilation }),
      ...(groups === 1 ? {} : { group: groups }),
    });
    addWeighted(node, type, { convolution_param: param });
  };
}

function exportLinear(node: ExportNode): void {
  const param = { num_output: node.origin.shape[1], ...biasTerm(node) };
  addWeighted(node, 'InnerProduct', {
    inner_product_param: messageOf('InnerProductParameter', param),
  });
}

function biasTerm({ origin }: ExportNode): Fields {
  return origin.inputs.length > 2 ? {} : { bias_term: false };
}

function addWeighted(node: ExportNode, type: string, fields: Fields): void {
  const layer = node.layerOf(node.origin.inputs.slice(1), ['weight', 'bias']);
  node.addWithParameters(layer, type, fields);
}

function eltwise(operation: 'SUM' | 'PROD' | 'MAX'): ExportRule {
  return (node) => {
    node.add('Eltwise', { eltwise_param: messageOf('EltwiseParameter', { operation }) });
  };
}

/** Caffe's Eltwise takes two blobs at least. */
function exportWeightedSum(node: ExportNode, { coefficients }: WeightedSumAttrs): void {
  if (coefficients.length === 1) {
    const [scale] = coefficients;
    node.add('Power', { power_param: messageOf('PowerParameter', { scale }) });
    return;
  }
  const param = messageOf('EltwiseParameter', { operation: 'SUM', coeff: coefficients });
  node.add('Eltwise', { eltwise_param: param });
}

function plain(type: string): ExportRule {
  return (node) => {
    node.add(type);
  };
}

/** Exporters by the rules of ops. */
export const CAFFE_EXPORT_RULES: ReadonlyMap<AnyRule, ExportRule> = new Map<AnyRule, ExportRule>([
  exporterOf(accuracyRule, exportAccuracy),
  exporterOf(addRule, eltwise('SUM')),
  exporterOf(avgPool2dRule, (node, attrs) => exportPooling(node, attrs, 'AVE')),
  exporterOf(batchNorm2dRule, exportBatchNorm),
  exporterOf(bestChannelsRule, exportBestChannels),
  exporterOf(elementwiseRule, exportBroadcast),
  exporterOf(channelScaleRule, exportChannelScale),
  exporterOf(concatRule, exportConcat),
  exporterOf(conv2dRule, filters('Convolution')),
  exporterOf(convTranspose2dRule, filters('Deconvolution')),
  exporterOf(cropRule, exportCrop),
  exporterOf(linearRule, exportLinear),
  exporterOf(lrnRule, exportLrn),
  exporterOf(maximumRule, eltwise('MAX')),
  exporterOf(maxPool2dRule, (node, attrs) => exportPooling(node, attrs, 'MAX')),
  exporterOf(multiplyRule, eltwise('PROD')),
  exporterOf(pointwiseRule, exportPointwise),
  exporterOf(poolNdRule, exportPoolNd),
  exporterOf(takeElementsRule, exportRearrange),
  exporterOf(reduceRule, exportReduce),
  exporterOf(reluRule, plain('ReLU')),
  exporterOf(reshapeRule, exportReshape),
  exporterOf(sigmoidRule, plain('Sigmoid')),
  exporterOf(sliceRule, exportSlice),
  exporterOf(softmaxRule, plain('Softmax')),
  exporterOf(softmaxCrossEntropyRule, exportLoss),
  exporterOf(weightedSumRule, exportWeightedSum),
]);
