import { FcnError } from '../../../core/errors.js';
import type { Pair } from '../../../core/shape.js';
import { CaffeMessage } from '../../../io/caffe/message.js';
import { caffeType } from '../../../io/caffe/schema.js';
import { LRN } from '../../../models/definition/layer-module.js';
import type { Kind, LayerOf, Window } from '../../../models/definition/layer.js';
import type { NetworkDefinition } from '../../../models/definition/network-definition.js';
import { messageOf, type Fields } from '../message-of.js';

/** Use of a description: scores alone, or training too. */
export type Purpose = 'deploy' | 'training';

/** Options of {@link printDefinition}. */
export interface PrintOptions {
  readonly purpose: Purpose;
  /** Height and width of the inputs. */
  readonly size: Pair;
}

/** Kinds of layers that only training has. */
const TRAINING_ONLY: readonly Kind[] = ['labels', 'dropout', 'loss'];

const DOUBLED_BIAS: readonly Fields[] = [
  { lr_mult: 1, decay_mult: 1 },
  { lr_mult: 2, decay_mult: 0 },
];
const FROZEN: readonly Fields[] = [{ lr_mult: 0 }];

/**
 * Writes a definition as Caffe's description of a network. Rectifiers and dropout work in place, as in the authors'
 * files.
 *
 * @throws {@link FcnError} for a layer without a counterpart in Caffe.
 */
export function printDefinition(
  name: string,
  { layers }: NetworkDefinition,
  { purpose, size }: PrintOptions,
): CaffeMessage {
  const net = new CaffeMessage(caffeType('NetParameter')).add('name', name);
  /** Blob in which Caffe stores a value, where it has another name. */
  const blobs = new Map<string, string>();
  for (const layer of layers) {
    const bottom = layer.inputs.map((input) => blobs.get(input) ?? input);
    if (layer.kind === 'overlap') blobs.set(layer.outputs[0], bottom[0]);
    if (layer.kind === 'relu' || layer.kind === 'dropout') blobs.set(layer.name, bottom[0]);
    if (purpose === 'deploy' && TRAINING_ONLY.includes(layer.kind)) continue;
    const value = layer.outputs[layer.outputs.length - 1];
    const top = blobs.get(value) ?? value;
    const { type, ...fields } = caffeLayer<Kind>(layer, size);
    const operands = layer.kind === 'overlap' ? bottom.toReversed() : bottom;
    const ends = operands.length === 0 ? { top } : { bottom: operands, top };
    net.add('layer', messageOf('LayerParameter', { name: layer.name, type, ...ends, ...fields }));
  }
  return net;
}

/** Type and parameters of a layer, by the kind of its operation. */
const LAYERS: { readonly [K in Kind]: (layer: LayerOf<K>, size: Pair) => CaffeLayer } = {
  input: ({ channels }, size) => inputLayer(channels, size),
  labels: (_, size) => inputLayer(1, size),
  convolution: ({ filters, options }) => {
    const { rates, groups, ...window } = options;
    const param = filterParam(filters, window, groups);
    const multipliers = rates === 'plain' ? [] : DOUBLED_BIAS;
    return { type: 'Convolution', ...specs(multipliers), convolution_param: param };
  },
  upsampling: ({ channels, window, options }) => {
    const param = filterParam(channels, window, options.groups).set('bias_term', false);
    const multipliers = options.learned === true ? [] : FROZEN;
    return { type: 'Deconvolution', ...specs(multipliers), convolution_param: param };
  },
  maxPool: ({ options }) => {
    const rounding = options.rounding === 'floor' ? { round_mode: 'FLOOR' } : {};
    const fields = { pool: 'MAX', ...windowFields(options), ...rounding };
    return { type: 'Pooling', pooling_param: messageOf('PoolingParameter', fields) };
  },
  relu: () => ({ type: 'ReLU' }),
  dropout: ({ ratio }) => {
    const param = messageOf('DropoutParameter', { dropout_ratio: Math.fround(ratio) });
    return { type: 'Dropout', dropout_param: param };
  },
  lrn: () => {
    const fields = { local_size: LRN.size, alpha: Math.fround(LRN.alpha), beta: LRN.beta };
    return { type: 'LRN', lrn_param: messageOf('LRNParameter', fields) };
  },
  scale: ({ factor }) => {
    const fields = { type: 'constant', value: Math.fround(factor) };
    const filler = messageOf('FillerParameter', fields);
    return {
      type: 'Scale',
      ...specs(FROZEN),
      scale_param: messageOf('ScaleParameter', { filler }),
    };
  },
  concat: () => ({ type: 'Concat' }),
  sum: ({ coefficients }) => {
    const param = messageOf('EltwiseParameter', { operation: 'SUM', coeff: coefficients });
    return { type: 'Eltwise', eltwise_param: param };
  },
  crop: ({ name, offset }) => cropLayer(name, offset),
  overlap: ({ name, offset }) => cropLayer(name, offset),
  loss: ({ normalize }) => {
    const param = messageOf('LossParameter', { ignore_label: 255, normalize });
    return { type: 'SoftmaxWithLoss', loss_param: param };
  },
  module: ({ name }) => {
    throw new FcnError(`layer ${name}: Caffe has no such layer`);
  },
};

type CaffeLayer = Fields & { readonly type: string };

function caffeLayer<K extends Kind>(layer: LayerOf<K>, size: Pair): CaffeLayer {
  return LAYERS[layer.kind](layer, size);
}

function cropLayer(name: string, offset: number): CaffeLayer {
  if (offset < 0)
    throw new FcnError(`layer ${name}: negative offset of a crop (got ${String(offset)})`);
  return { type: 'Crop', crop_param: messageOf('CropParameter', { axis: 2, offset }) };
}

function inputLayer(channels: number, size: Pair): CaffeLayer {
  const shape = messageOf('BlobShape', { dim: [1, channels, ...size] });
  return { type: 'Input', input_param: messageOf('InputParameter', { shape }) };
}

function filterParam(filters: number, window: Window, groups: number | undefined): CaffeMessage {
  return messageOf('ConvolutionParameter', {
    num_output: filters,
    ...windowFields(window),
    ...(groups === undefined ? {} : { group: groups }),
  });
}

function windowFields({ kernelSize, stride, padding }: Window): Fields {
  return {
    kernel_size: kernelSize,
    ...(padding === undefined ? {} : { pad: padding }),
    ...(stride === undefined ? {} : { stride }),
  };
}

function specs(multipliers: readonly Fields[]): Fields {
  if (multipliers.length === 0) return {};
  return { param: multipliers.map((spec) => messageOf('ParamSpec', spec)) };
}
