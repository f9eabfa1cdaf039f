import { FcnError } from '../../core/errors.js';
import { CaffeMessage, type FieldValue } from './message.js';
import { caffeType } from './schema.js';

/** Layer types of the first format (V0), with their second-format names. */
const TYPES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    accuracy: 'ACCURACY',
    bnll: 'BNLL',
    concat: 'CONCAT',
    conv: 'CONVOLUTION',
    data: 'DATA',
    dropout: 'DROPOUT',
    euclidean_loss: 'EUCLIDEAN_LOSS',
    flatten: 'FLATTEN',
    hdf5_data: 'HDF5_DATA',
    hdf5_output: 'HDF5_OUTPUT',
    im2col: 'IM2COL',
    images: 'IMAGE_DATA',
    infogain_loss: 'INFOGAIN_LOSS',
    innerproduct: 'INNER_PRODUCT',
    lrn: 'LRN',
    multinomial_logistic_loss: 'MULTINOMIAL_LOGISTIC_LOSS',
    pool: 'POOLING',
    relu: 'RELU',
    sigmoid: 'SIGMOID',
    softmax: 'SOFTMAX',
    softmax_loss: 'SOFTMAX_LOSS',
    split: 'SPLIT',
    tanh: 'TANH',
    window_data: 'WINDOW_DATA',
  }),
);

/** New location of each field of the first format: by layer type, a message and a field in it. */
type Place = readonly [layerTypes: readonly string[], message: string, field: string];

const PLACES: ReadonlyMap<string, readonly Place[]> = new Map(
  Object.entries({
    num_output: [
      [['conv'], 'convolution_param', 'num_output'],
      [['innerproduct'], 'inner_product_param', 'num_output'],
    ],
    biasterm: [
      [['conv'], 'convolution_param', 'bias_term'],
      [['innerproduct'], 'inner_product_param', 'bias_term'],
    ],
    weight_filler: [
      [['conv'], 'convolution_param', 'weight_filler'],
      [['innerproduct'], 'inner_product_param', 'weight_filler'],
    ],
    bias_filler: [
      [['conv'], 'convolution_param', 'bias_filler'],
      [['innerproduct'], 'inner_product_param', 'bias_filler'],
    ],
    pad: [
      [['conv'], 'convolution_param', 'pad'],
      [['pool'], 'pooling_param', 'pad'],
    ],
    kernelsize: [
      [['conv'], 'convolution_param', 'kernel_size'],
      [['pool'], 'pooling_param', 'kernel_size'],
    ],
    group: [[['conv'], 'convolution_param', 'group']],
    stride: [
      [['conv'], 'convolution_param', 'stride'],
      [['pool'], 'pooling_param', 'stride'],
    ],
    pool: [[['pool'], 'pooling_param', 'pool']],
    dropout_ratio: [[['dropout'], 'dropout_param', 'dropout_ratio']],
    local_size: [[['lrn'], 'lrn_param', 'local_size']],
    alpha: [[['lrn'], 'lrn_param', 'alpha']],
    beta: [[['lrn'], 'lrn_param', 'beta']],
    k: [[['lrn'], 'lrn_param', 'k']],
    concat_dim: [[['concat'], 'concat_param', 'concat_dim']],
    hdf5_output_param: [[['hdf5_output'], 'hdf5_output_param', '']],
    source: [
      [['data'], 'data_param', 'source'],
      [['hdf5_data'], 'hdf5_data_param', 'source'],
      [['images'], 'image_data_param', 'source'],
      [['window_data'], 'window_data_param', 'source'],
      [['infogain_loss'], 'infogain_loss_param', 'source'],
    ],
    scale: [[['data', 'images', 'window_data'], 'transform_param', 'scale']],
    meanfile: [[['data', 'images', 'window_data'], 'transform_param', 'mean_file']],
    cropsize: [[['data', 'images', 'window_data'], 'transform_param', 'crop_size']],
    mirror: [[['data', 'images', 'window_data'], 'transform_param', 'mirror']],
    batchsize: [
      [['data'], 'data_param', 'batch_size'],
      [['hdf5_data'], 'hdf5_data_param', 'batch_size'],
      [['images'], 'image_data_param', 'batch_size'],
      [['window_data'], 'window_data_param', 'batch_size'],
    ],
    rand_skip: [
      [['data'], 'data_param', 'rand_skip'],
      [['images'], 'image_data_param', 'rand_skip'],
    ],
    shuffle_images: [[['images'], 'image_data_param', 'shuffle']],
    new_height: [[['images'], 'image_data_param', 'new_height']],
    new_width: [[['images'], 'image_data_param', 'new_width']],
    det_fg_threshold: [[['window_data'], 'window_data_param', 'fg_threshold']],
    det_bg_threshold: [[['window_data'], 'window_data_param', 'bg_threshold']],
    det_fg_fraction: [[['window_data'], 'window_data_param', 'fg_fraction']],
    det_context_pad: [[['window_data'], 'window_data_param', 'context_pad']],
    det_crop_mode: [[['window_data'], 'window_data_param', 'crop_mode']],
  } satisfies Record<string, Place[]>),
);

/** Fields that layers of both formats have. */
const KEPT: readonly string[] = ['name', 'blobs', 'blobs_lr', 'weight_decay'];

/** True if a layer is of the first format, which is nested in a layer of the second. */
export function isV0(net: CaffeMessage): boolean {
  return net.messages('layers').some((layer) => layer.has('layer'));
}

/**
 * Converts layers of the first format to the second; padding layers are folded into the convolution or pooling
 * after them.
 *
 * @throws {@link FcnError} if the input of a layer is missing, a padding layer is not followed by one
 *   convolution or pooling, or a field does not belong to its layer.
 */
export function upgradeV0(net: CaffeMessage): CaffeMessage {
  const layers = foldPadding(net).map(upgradeLayer);
  return net.copy().set('layers', ...layers);
}

function foldPadding(net: CaffeMessage): CaffeMessage[] {
  const writers = new Map<string, CaffeMessage | null>(
    net.texts('input').map((name) => [name, null]),
  );
  const kept: CaffeMessage[] = [];
  for (const original of net.messages('layers')) {
    const layer = original.copy();
    const inner = layer.message('layer').copy();
    const name = inner.text('name');
    layer.set('layer', inner);
    const bottoms = layer.texts('bottom').map((bottom) => {
      const writer = writers.get(bottom);
      if (writer === undefined)
        throw new FcnError(`layer ${name}: bottom ${bottom} is not the top of an earlier layer`);
      if (writer?.message('layer').text('type') !== 'padding') return bottom;
      if (!['conv', 'pool'].includes(inner.text('type')) || inner.number('pad', 0) !== 0) {
        throw new FcnError(
          `layer ${name}: unsupported padding layer before it (expected conv or pool without pad)`,
        );
      }
      inner.set('pad', writer.message('layer').number('pad', 0));
      return writer.texts('bottom')[0];
    });
    layer.set('bottom', ...bottoms);
    for (const top of layer.texts('top')) writers.set(top, layer);
    if (inner.text('type') !== 'padding') kept.push(layer);
  }
  return kept;
}

function upgradeLayer(old: CaffeMessage): CaffeMessage {
  const inner = old.message('layer');
  const layer = new CaffeMessage(caffeType('V1LayerParameter'))
    .add('bottom', ...old.texts('bottom'))
    .add('top', ...old.texts('top'));
  const type = inner.text('type');
  const found = TYPES.get(type);
  if (found === undefined) throw new FcnError(`layer ${inner.text('name')}: unknown type ${type}`);
  layer.set('type', found);
  for (const name of inner.type.byName.keys()) {
    const values = inner.values(name);
    if (KEPT.includes(name)) layer.add(name, ...values);
    else if (name !== 'type' && values.length > 0) place(layer, inner, name, values);
  }
  return layer;
}

function place(
  layer: CaffeMessage,
  inner: CaffeMessage,
  name: string,
  values: readonly FieldValue[],
): void {
  const type = inner.text('type');
  const [, message, field] =
    PLACES.get(name)?.find(([types]) => types.includes(type)) ??
    fail(`layer ${inner.text('name')}: unexpected field ${name} for type ${type}`);
  if (field === '') layer.set(message, ...values);
  else layer.set(message, layer.message(message).add(field, ...values));
}

function fail(reason: string): never {
  throw new FcnError(reason);
}
