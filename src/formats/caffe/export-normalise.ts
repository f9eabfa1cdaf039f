import type { LrnAttrs } from '../../backend/attributes.js';
import { sameShape, showShape, type Shape } from '../../core/shape.js';
import { nodeName } from '../../graph/trace.js';
import type { BatchNormAttrs } from '../../ops/batch-norm2d.js';
import type { ElementwiseAttrs } from '../../ops/elementwise.js';
import type { Origin } from '../../tensor/origin.js';
import { statisticsLayer } from './batch-norm-layers.js';
import type { ExportNode } from './export-node.js';
import { messageOf, type Fields } from './message-of.js';
import { sourceParameter } from './source-parameter.js';

/** Exports a batch normalisation. Caffe's BatchNorm has no weight and bias: a Scale or Bias layer after it has them. */
export function exportBatchNorm(
  node: ExportNode,
  { epsilon, training, weighted }: BatchNormAttrs,
): void {
  if (training) node.fail('statistics of the batch; export the network in inference mode');
  const [, mean, variance, ...affine] = node.origin.inputs;
  const layer = node.layerOf([mean, variance], ['running_mean', 'running_var']);
  const fields = { batch_norm_param: messageOf('BatchNormParameter', { eps: epsilon }) };
  if (affine.length === 0) {
    node.addWithParameters(layer, 'BatchNorm', fields);
    return;
  }
  const names = weighted ? ['weight', 'bias'] : ['bias'];
  if (node.layerOf(affine, names) !== layer) {
    node.fail(`its ${names[0]} is of another layer than its statistics (expected ${layer})`);
  }
  const statistics = statisticsLayer(layer);
  node.stepWithParameters(statistics, 'BatchNorm', fields);
  if (!weighted) node.addWithParameters(layer, 'Bias', {}, [statistics]);
  else node.addWithParameters(layer, 'Scale', scaleFields(affine.length > 1), [statistics]);
}

function scaleFields(hasBias: boolean): Fields {
  return hasBias ? { scale_param: messageOf('ScaleParameter', { bias_term: true }) } : {};
}

/** Exports a factor, and perhaps a bias, per channel; the factors may be a computed value. */
export function exportChannelScale(node: ExportNode): void {
  const [x, ...affine] = node.origin.inputs;
  if (sourceParameter(node.graph, affine[0]) === null) {
    if (affine.length > 1) node.fail('a bias with computed factors is unsupported');
    node.add('Scale', {}, { bottoms: [x, affine[0]].map(nodeName) });
    return;
  }
  const layer = node.layerOf(affine, ['weight', 'bias']);
  node.addWithParameters(layer, 'Scale', scaleFields(affine.length > 1), [nodeName(x)]);
}

/** Exports a local response normalisation across channels. */
export function exportLrn(node: ExportNode, { size, alpha, beta, k }: LrnAttrs): void {
  const param = messageOf('LRNParameter', { local_size: size, alpha, beta, k });
  node.add('LRN', { lrn_param: param });
}

/** Eltwise layers for functions of two values of one shape, by the function's name. */
const ELTWISE: ReadonlyMap<string, Fields> = new Map<string, Fields>([
  ['add', { operation: 'SUM' }],
  ['max', { operation: 'MAX' }],
  ['mul', { operation: 'PROD' }],
  ['sub', { operation: 'SUM', coeff: [1, -1] }],
]);

/** Layers that broadcast their second operand, and the name of their parameter. */
const REPEATING = { add: ['Bias', 'bias'], mul: ['Scale', 'weight'] } as const;

/** Exports a function of two values, one of which may be broadcast. */
export function exportBroadcast(node: ExportNode, { name }: ElementwiseAttrs): void {
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
  if (name !== 'add' && name !== 'mul') {
    return node.fail(`Caffe cannot broadcast in ${name} (expected add or mul)`);
  }
  const [whole, part] = sameShape(a.shape, node.origin.shape) ? [a, b] : [b, a];
  if (!sameShape(whole.shape, node.origin.shape)) {
    node.fail('Caffe cannot broadcast both operands');
  }
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
      ? nodeName(part)
      : node.step('Reshape', reshapeFields(extents), [nodeName(part)]);
    node.add(
      type,
      { [field]: messageOf(`${type}Parameter`, { axis }) },
      { bottoms: [nodeName(whole), second] },
    );
    return;
  }
  const layer = node.layerOf([part], [parameterName]);
  if (!sameShape(parameter.shape, extents)) {
    node.fail(
      `parameter ${nodeName(parameter)} has another shape ` +
        `(got ${showShape(parameter.shape)}, expected ${showShape(extents)})`,
    );
  }
  node.addWithParameters(layer, type, { [field]: param });
}

function exportPrelu(node: ExportNode, x: Origin, slope: Origin): void {
  const layer = node.layerOf([slope], ['weight']);
  const parameter = sourceParameter(node.graph, slope);
  const shared = parameter?.shape.length === 0;
  const { axis, extents } = axesOf(node, slope.shape, x.shape);
  if (!shared && (axis !== 1 || !sameShape(parameter?.shape ?? [], extents))) {
    node.fail('Caffe needs one slope per channel, or one for all');
  }
  const param = messageOf('PReLUParameter', { channel_shared: shared });
  node.addWithParameters(layer, 'PReLU', { prelu_param: param });
}

/** Settings of a Reshape layer to these extents. */
export function reshapeFields(extents: Shape): Fields {
  const shape = messageOf('BlobShape', { dim: extents });
  return { reshape_param: messageOf('ReshapeParameter', { shape }) };
}

/** Axes along which the smaller operand is not broadcast; they must be adjacent. */
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
  return node.fail(
    `Caffe broadcasts adjacent axes only (got ${showShape(part)} in ${showShape(whole)})`,
  );
}
