import type { LrnAttrs } from '../../backend/backend.js';
import type { Pair, Shape } from '../../core/shape.js';
import type { ConcatAttrs } from '../../ops/concat.js';
import type { Conv2dAttrs } from '../../ops/conv2d.js';
import type { CropAttrs } from '../../ops/crop.js';
import type { PoolOpAttrs } from '../../ops/pool-options.js';
import type { WeightedSumAttrs } from '../../ops/weighted-sum.js';
import type { Origin } from '../../tensor/origin.js';
import { messageOf, type Fields } from './message-of.js';

/** What a layer of Caffe's has, besides its name and what it reads and writes. */
export interface ExportedLayer {
  /** Its type. */
  readonly type: string;
  /** Its settings. */
  readonly fields: Fields;
  /** True if it reads a second blob, as large as its output is to be. */
  readonly needsReference?: true;
}

// An op's name says what its attributes are: hence the type assertions in these rules.
type ExportRule = (node: Origin) => ExportedLayer;

/** A setting of both axes in one field where it is the same, and in none where it is as if not said. */
function spatial(stem: 'kernel' | 'pad' | 'stride', [rows, columns]: Pair, unsaid: number): Fields {
  if (rows !== columns) return { [`${stem}_h`]: rows, [`${stem}_w`]: columns };
  if (rows === unsaid) return {};
  return { [stem === 'kernel' ? 'kernel_size' : stem]: rows };
}

/** A convolution, or a transposed one. */
function filters(type: string): ExportRule {
  return ({ attrs, shape, inputs }) => {
    const { kernelSize, stride, padding, dilation, groups } = attrs as Conv2dAttrs;
    const param = messageOf('ConvolutionParameter', {
      num_output: shape[1],
      ...(inputs.length > 2 ? {} : { bias_term: false }),
      ...spatial('kernel', kernelSize, 0),
      ...spatial('pad', padding, 0),
      ...spatial('stride', stride, 1),
      ...(dilation.every((step) => step === 1) ? {} : { dilation }),
      ...(groups === 1 ? {} : { group: groups }),
    });
    return { type, fields: { convolution_param: param } };
  };
}

function pooling(pool: string): ExportRule {
  return ({ attrs }) => {
    const { kernelSize, stride, padding, rounding } = attrs as PoolOpAttrs;
    const param = messageOf('PoolingParameter', {
      pool,
      ...spatial('kernel', kernelSize, 0),
      ...spatial('pad', padding, 0),
      ...spatial('stride', stride, 1),
      ...(rounding === 'floor' ? { round_mode: 'FLOOR' } : {}),
    });
    return { type: 'Pooling', fields: { pooling_param: param } };
  };
}

function eltwise(operation: string, coefficients: readonly number[] = []): ExportedLayer {
  const param = messageOf('EltwiseParameter', { operation, coeff: coefficients });
  return { type: 'Eltwise', fields: { eltwise_param: param } };
}

function plain(type: string): ExportRule {
  return () => ({ type, fields: {} });
}

function exportLinear({ inputs, shape }: Origin): ExportedLayer {
  const bias: Fields = inputs.length > 2 ? {} : { bias_term: false };
  const param = messageOf('InnerProductParameter', { num_output: lastOf(shape), ...bias });
  return { type: 'InnerProduct', fields: { inner_product_param: param } };
}

function lastOf(shape: Shape): number {
  return shape[shape.length - 1];
}

function exportLrn({ attrs }: Origin): ExportedLayer {
  const { size, alpha, beta, k } = attrs as LrnAttrs;
  const param = messageOf('LRNParameter', { local_size: size, alpha, beta, k });
  return { type: 'LRN', fields: { lrn_param: param } };
}

function exportScale({ inputs }: Origin): ExportedLayer {
  const param = messageOf('ScaleParameter', { bias_term: inputs.length > 2 });
  return { type: 'Scale', fields: { scale_param: param } };
}

function exportCrop({ attrs }: Origin): ExportedLayer {
  const { offset } = attrs as CropAttrs;
  const param = messageOf('CropParameter', { axis: 2, offset });
  return { type: 'Crop', fields: { crop_param: param }, needsReference: true };
}

function exportConcat({ attrs }: Origin): ExportedLayer {
  const { axis } = attrs as ConcatAttrs;
  return { type: 'Concat', fields: { concat_param: messageOf('ConcatParameter', { axis }) } };
}

/** How ops are said in Caffe's terms, by their names in the graph. */
export const CAFFE_EXPORT_RULES: ReadonlyMap<string, ExportRule> = new Map<string, ExportRule>([
  ['add', () => eltwise('SUM')],
  ['avgPool2d', pooling('AVE')],
  ['channelScale', exportScale],
  ['concat', exportConcat],
  ['conv2d', filters('Convolution')],
  ['convTranspose2d', filters('Deconvolution')],
  ['crop', exportCrop],
  ['linear', exportLinear],
  ['lrn', exportLrn],
  ['maximum', () => eltwise('MAX')],
  ['maxPool2d', pooling('MAX')],
  ['multiply', () => eltwise('PROD')],
  ['relu', plain('ReLU')],
  ['sigmoid', plain('Sigmoid')],
  ['softmax', plain('Softmax')],
  ['weightedSum', ({ attrs }) => eltwise('SUM', (attrs as WeightedSumAttrs).coefficients)],
]);
