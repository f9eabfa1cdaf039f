import { FcnError } from '../../core/errors.js';
import { CaffeMessage } from './message.js';
import { caffeType } from './schema.js';
import { isV0, upgradeV0 } from './upgrade-v0.js';

/** Layer types whose current name is not their old name in camel case. */
const TYPES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    NONE: '',
    ABSVAL: 'AbsVal',
    ARGMAX: 'ArgMax',
    BNLL: 'BNLL',
    HDF5_DATA: 'HDF5Data',
    HDF5_OUTPUT: 'HDF5Output',
    IM2COL: 'Im2col',
    LRN: 'LRN',
    MVN: 'MVN',
    RELU: 'ReLU',
    SOFTMAX_LOSS: 'SoftmaxWithLoss',
    TANH: 'TanH',
  }),
);

/** Fields of second-format (V1) layers that have a different name or form today. */
const CHANGED: readonly string[] = [
  'layer',
  'type',
  'blobs_lr',
  'weight_decay',
  'param',
  'blob_share_mode',
];

/**
 * Upgrades a network of any version to the current form: layers of the first two formats, inputs outside of
 * layers, and learning rates of batch normalisation.
 *
 * @throws {@link FcnError} if the network cannot be upgraded, for example because it mixes two layer formats.
 */
export function upgradeNet(net: CaffeMessage): CaffeMessage {
  let upgraded = net.copy();
  if (upgraded.has('layers')) {
    if (upgraded.has('layer')) {
      throw new FcnError('network: layers of two formats (got layer and layers, expected one)');
    }
    if (isV0(upgraded)) upgraded = upgradeV0(upgraded);
    const layers = upgraded.messages('layers').map(withTransform).map(upgradeV1Layer);
    upgraded.set('layer', ...layers);
    upgraded.delete('layers');
  }
  if (upgraded.has('input')) upgraded = withInputLayer(upgraded);
  return upgraded.set('layer', ...upgraded.messages('layer').map(upgradeBatchNorm));
}

/** Data layers of the second format, and their fields for image transformations. */
const DATA_PARAMS: ReadonlyMap<string, string> = new Map([
  ['DATA', 'data_param'],
  ['IMAGE_DATA', 'image_data_param'],
  ['WINDOW_DATA', 'window_data_param'],
]);
const TRANSFORM_FIELDS: readonly string[] = ['scale', 'mean_file', 'crop_size', 'mirror'];

/** Moves the transformation of images to `transform_param`. */
function withTransform(layer: CaffeMessage): CaffeMessage {
  const name = DATA_PARAMS.get(layer.text('type'));
  if (name === undefined || !layer.has(name)) return layer;
  const source = layer.message(name).copy();
  const moved = TRANSFORM_FIELDS.filter((field) => source.has(field));
  if (moved.length === 0) return layer;
  const transform = layer.message('transform_param').copy();
  for (const field of moved) {
    transform.set(field, ...source.values(field));
    source.delete(field);
  }
  return layer.copy().set(name, source).set('transform_param', transform);
}

function upgradeV1Layer(old: CaffeMessage): CaffeMessage {
  const layer = new CaffeMessage(caffeType('LayerParameter'));
  for (const name of old.type.byName.keys()) {
    if (!CHANGED.includes(name)) layer.add(name, ...old.values(name));
  }
  const type = old.text('type');
  if (type !== '') layer.set('type', TYPES.get(type) ?? camelCase(type));
  const rates = old.numbers('blobs_lr');
  const decays = old.numbers('weight_decay');
  const names = old.texts('param');
  const modes = old.texts('blob_share_mode');
  const specs = Math.max(rates.length, decays.length, names.length, modes.length);
  for (let i = 0; i < specs; i++) {
    const spec = new CaffeMessage(caffeType('ParamSpec'));
    if (i < names.length) spec.add('name', names[i]);
    if (i < modes.length) spec.add('share_mode', modes[i]);
    if (i < rates.length) spec.add('lr_mult', rates[i]);
    if (i < decays.length) spec.add('decay_mult', decays[i]);
    layer.add('param', spec);
  }
  return layer;
}

/** `INNER_PRODUCT` → `InnerProduct`. */
function camelCase(type: string): string {
  const words = type.split('_').map((word) => word[0] + word.slice(1).toLowerCase());
  return words.join('');
}

/** Replaces `input` fields by a layer. Inputs may lack shapes, as in the weights of a deployed network. */
function withInputLayer(net: CaffeMessage): CaffeMessage {
  const inputs = net.texts('input');
  const extents = net.numbers('input_dim');
  const shapes = net.has('input_dim')
    ? inputs.map((_, i) =>
        new CaffeMessage(caffeType('BlobShape')).add('dim', ...extents.slice(4 * i, 4 * i + 4)),
      )
    : net.messages('input_shape');
  const given = net.has('input_dim') ? extents.length / 4 : shapes.length;
  if (given !== 0 && given !== inputs.length) {
    throw new FcnError(
      `network: wrong number of input shapes (got ${String(given)}, expected ${String(inputs.length)})`,
    );
  }
  const layer = new CaffeMessage(caffeType('LayerParameter'))
    .add('name', 'input')
    .add('type', 'Input')
    .add('top', ...inputs)
    .add('input_param', new CaffeMessage(caffeType('InputParameter')).add('shape', ...shapes));
  const upgraded = net.copy().set('layer', layer, ...net.messages('layer'));
  for (const field of ['input', 'input_dim', 'input_shape']) upgraded.delete(field);
  return upgraded;
}

/** Sets learning rate and decay of running statistics to 0, also for old files. */
function upgradeBatchNorm(layer: CaffeMessage): CaffeMessage {
  if (layer.text('type') !== 'BatchNorm' || layer.messages('param').length !== 3) return layer;
  const specs = layer
    .messages('param')
    .map((spec) => spec.copy().set('lr_mult', 0).set('decay_mult', 0));
  return layer.copy().set('param', ...specs);
}

const SOLVER_TYPES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    SGD: 'SGD',
    NESTEROV: 'Nesterov',
    ADAGRAD: 'AdaGrad',
    RMSPROP: 'RMSProp',
    ADADELTA: 'AdaDelta',
    ADAM: 'Adam',
  }),
);

/**
 * Upgrades a solver's description to the current form, in which its type is a text.
 *
 * @throws {@link FcnError} if it has a type in both forms.
 */
export function upgradeSolver(solver: CaffeMessage): CaffeMessage {
  if (!solver.has('solver_type')) return solver;
  if (solver.has('type')) throw new FcnError('the solver has both type and solver_type');
  const upgraded = solver.copy();
  upgraded.set('type', SOLVER_TYPES.get(solver.text('solver_type')) ?? 'SGD');
  upgraded.delete('solver_type');
  return upgraded;
}
