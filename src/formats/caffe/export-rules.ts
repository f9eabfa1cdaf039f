import type { Conv2dAttrs } from '../../ops/conv2d.js';
import type { WeightedSumAttrs } from '../../ops/weighted-sum.js';
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

// An op's name says what its attributes are: hence the type assertions in these rules.
type ExportRule = (node: ExportNode) => void;

/** A convolution, or a transposed one. */
function filters(type: string): ExportRule {
  return (node) => {
    const { attrs, shape } = node.origin;
    const { kernelSize, stride, padding, dilation, groups } = attrs as Conv2dAttrs;
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
function exportWeightedSum(node: ExportNode): void {
  const { coefficients } = node.origin.attrs as WeightedSumAttrs;
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

/** How ops are said in Caffe's terms, by their names in the graph. */
export const CAFFE_EXPORT_RULES: ReadonlyMap<string, ExportRule> = new Map<string, ExportRule>([
  ['accuracy', exportAccuracy],
  ['add', eltwise('SUM')],
  ['avgPool2d', (node) => exportPooling(node, 'AVE')],
  ['batchNorm2d', exportBatchNorm],
  ['bestChannels', exportBestChannels],
  ['broadcast', exportBroadcast],
  ['channelScale', exportChannelScale],
  ['concat', exportConcat],
  ['conv2d', filters('Convolution')],
  ['convTranspose2d', filters('Deconvolution')],
  ['crop', exportCrop],
  ['linear', exportLinear],
  ['lrn', exportLrn],
  ['maximum', eltwise('MAX')],
  ['maxPool2d', (node) => exportPooling(node, 'MAX')],
  ['multiply', eltwise('PROD')],
  ['pointwise', exportPointwise],
  ['poolNd', exportPoolNd],
  ['rearrange', exportRearrange],
  ['reduce', exportReduce],
  ['relu', plain('ReLU')],
  ['reshape', exportReshape],
  ['sigmoid', plain('Sigmoid')],
  ['slice', exportSlice],
  ['softmax', plain('Softmax')],
  ['softmaxCrossEntropy', exportLoss],
  ['weightedSum', exportWeightedSum],
]);
