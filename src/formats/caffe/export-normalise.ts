import type { LrnAttrs } from '../../backend/backend.js';
import { sameShape, type Shape } from '../../core/shape.js';
import { nameOf } from '../../graph/trace.js';
import type { BatchNormAttrs } from '../../ops/batch-norm2d.js';
import type { BroadcastAttrs } from '../../ops/broadcast.js';
import type { Origin } from '../../tensor/origin.js';
import { statisticsLayer } from './batch-norm-layers.js';
import { sourceParameter, type ExportNode } from './export-node.js';
import { messageOf, type Fields } from './message-of.js';

/** Caffe's BatchNorm has no factor and no summand of its own: a Scale or a Bias behind it has. */
export function exportBatchNorm(node: ExportNode): void {
  const { epsilon, training, weighted } = node.origin.attrs as BatchNormAttrs;
  if (training) node.fail('it belongs to training');
  const [, mean, variance, ...affine] = node.origin.inputs;
  const layer = node.layerOf([mean, variance], ['running_mean', 'running_var']);
  const fields = { batch_norm_param: messageOf('BatchNormParameter', { eps: epsilon }) };
  if (affine.length === 0) {
    node.addWithParameters(layer, 'BatchNorm', fields);
    return;
  }
  const names = weighted ? ['weight', 'bias'] : ['bias'];
  if (node.layerOf(affine, names) !== layer) node.fail(`its ${names[0]} is not of layer ${layer}`);
  const statistics = statisticsLayer(layer);
  node.stepWithParameters(statistics, 'BatchNorm', fields);
  if (!weighted) node.addWithParameters(layer, 'Bias', {}, [statistics]);
  else node.addWithParameters(layer, 'Scale', scaleFields(affine.length > 1), [statistics]);
}

function scaleFields(hasBias: boolean): Fields {
  return hasBias ? { scale_param: messageOf('ScaleParameter', { bias_term: true }) } : {};
}

/** A factor, and perhaps a summand, of each channel; the factor may be computed. */
export function exportChannelScale(node: ExportNode): void {
  const [x, ...affine] = node.origin.inputs;
  if (sourceParameter(node.graph, affine[0]) === null) {
    if (affine.length > 1) node.fail('factors are computed, and there are summands');
    node.add('Scale', {}, { bottoms: [x, affine[0]].map(nameOf) });
    return;
  }
  const layer = node.layerOf(affine, ['weight', 'bias']);
  node.addWithParameters(layer, 'Scale', scaleFields(affine.length > 1), [nameOf(x)]);
}

/** Local response normalisation across channels. */
export function exportLrn(node: ExportNode): void {
  const { size, alpha, beta, k } = node.origin.attrs as LrnAttrs;
  const param = messageOf('LRNParameter', { local_size: size, alpha, beta, k });
  node.add('LRN', { lrn_param: param });
}

/** Functions of two maps of one shape, by their names. */
const ELTWISE: ReadonlyMap<string, Fields> = new Map<string, Fields>([
  ['add', { operation: 'SUM' }],
  ['max', { operation: 'MAX' }],
  ['mul', { operation: 'PROD' }],
  ['sub', { operation: 'SUM', coeff: [1, -1] }],
]);

/** Layers that repeat their second operand along the axes that it has not. */
const REPEATING = { add: ['Bias', 'bias'], mul: ['Scale', 'weight'] } as const;

/** A function of two values, one of which may have fewer numbers. */
export function exportBroadcast(node: ExportNode): void {
  const { name } = node.origin.attrs as BroadcastAttrs;
  const [a, b] = node.origin.inputs;
  if (name === 'prelu') {
    exportPrelu(node, a, b);
    return;
  }
  const eltwise = ELTWISE.get(name);
  const areComputed = node.operands.length === 2;
  if (eltwise && areComputed && sameShape(a.shape, b.shape)) {
    node.add('Eltwise', { eltwise_param: messageOf('EltwiseParameter', eltwise) });
    return;
  }
  if (name !== 'add' && name !== 'mul') return node.fail(`Caffe repeats nothing to ${name}`);
  const [whole, part] = sameShape(a.shape, node.origin.shape) ? [a, b] : [b, a];
  if (!sameShape(whole.shape, node.origin.shape)) node.fail('both operands are repeated');
  exportRepeating(node, REPEATING[name], whole, part);
}

function exportRepeating(
  node: ExportNode,
  [type, parameterName]: readonly [type: 'Bias' | 'Scale', parameterName: string],
  whole: Origin,
  part: Origin,
): void {
  const { axis, extents } = axesOf(node, part.shape, whole.shape);
  const field = type === 'Bias' ? 'bias_param' : 'scale_param';
  const param = messageOf(`${type}Parameter`, { axis, num_axes: extents.length });
  const parameter = sourceParameter(node.graph, part);
  if (parameter === null) {
    const isReady = sameShape(part.shape, extents);
    const second = isReady
      ? nameOf(part)
      : node.step('Reshape', reshapeFields(extents), [nameOf(part)]);
    node.add(
      type,
      { [field]: messageOf(`${type}Parameter`, { axis }) },
      { bottoms: [nameOf(whole), second] },
    );
    return;
  }
  const layer = node.layerOf([part], [parameterName]);
  if (!sameShape(parameter.shape, extents)) node.fail(`${nameOf(parameter)} has axes of its own`);
  node.addWithParameters(layer, type, { [field]: param });
}

function exportPrelu(node: ExportNode, x: Origin, slope: Origin): void {
  const layer = node.layerOf([slope], ['weight']);
  const parameter = sourceParameter(node.graph, slope);
  const shared = parameter?.shape.length === 0;
  const { axis, extents } = axesOf(node, slope.shape, x.shape);
  if (!shared && (axis !== 1 || !sameShape(parameter?.shape ?? [], extents))) {
    node.fail('it has other slopes than one of each channel');
  }
  const param = messageOf('PReLUParameter', { channel_shared: shared });
  node.addWithParameters(layer, 'PReLU', { prelu_param: param });
}

/** Settings of a Reshape to certain extents. */
export function reshapeFields(extents: Shape): Fields {
  const shape = messageOf('BlobShape', { dim: extents });
  return { reshape_param: messageOf('ReshapeParameter', { shape }) };
}

/** The axes of a whole along which a part has numbers of its own: they must lie side by side. */
function axesOf(
  node: ExportNode,
  part: Shape,
  whole: Shape,
): { readonly axis: number; readonly extents: Shape } {
  const aligned = [...Array<number>(whole.length - part.length).fill(1), ...part];
  const first = aligned.findIndex((extent) => extent !== 1);
  if (first < 0) return { axis: 0, extents: [] };
  const extents = aligned.slice(first, aligned.findLastIndex((extent) => extent !== 1) + 1);
  if (sameShape(extents, whole.slice(first, first + extents.length)))
    return { axis: first, extents };
  return node.fail('axes on which it has numbers of its own lie apart');
}
