import type { LrnAttrs } from '../../backend/backend.js';
import type { PoolRounding } from '../../backend/pool-size.js';
import { sameShape, type Pair } from '../../core/shape.js';
import type { BatchNormAttrs } from '../../ops/batch-norm2d.js';
import type { BroadcastAttrs } from '../../ops/broadcast.js';
import type { ConcatAttrs } from '../../ops/concat.js';
import type { Conv2dAttrs } from '../../ops/conv2d.js';
import type { CropAttrs } from '../../ops/crop.js';
import type { GatherElementsAttrs } from '../../ops/gather-elements.js';
import { poolNd, type PoolNdAttrs } from '../../ops/pool-nd.js';
import type { PoolOpAttrs } from '../../ops/pool-options.js';
import type { ReduceAttrs } from '../../ops/reduce.js';
import type { WeightedSumAttrs } from '../../ops/weighted-sum.js';
import { Tensor } from '../../tensor/tensor.js';
import { floatAttribute, type ExportNode } from './export-node.js';
import { exportPointwise } from './export-pointwise.js';
import { exportRearrange } from './export-rearrange.js';

/** How an op of this library is said in ONNX. */
type ExportRule = (node: ExportNode) => void;

function convolution(op: string): ExportRule {
  return (node) => {
    const attrs = node.origin.attrs as Conv2dAttrs;
    const { kernelSize, stride, padding, dilation, groups } = attrs;
    node.add(op, node.inputs, {
      ...{ kernel_shape: kernelSize, strides: stride, pads: [...padding, ...padding] },
      ...{ dilations: dilation, group: groups },
    });
  };
}

function pooling(node: ExportNode, kind: PoolNdAttrs['kind']): void {
  const { kernelSize, stride, padding, rounding } = node.origin.attrs as PoolOpAttrs;
  const geometry = { kernelSize, stride, dilation: [1, 1], before: padding, behind: padding };
  addPool(node, { ...geometry, kind, rounding });
}

function addPool(node: ExportNode, attrs: PoolNdAttrs): void {
  const { kind, rounding, kernelSize, stride, dilation, before, behind } = attrs;
  const { inputs, shape } = node.origin;
  if (kind === 'maxPlace') node.fail('places alone are not written');
  if (!sameShape(poolNd(Tensor.dry(inputs[0].shape), attrs).shape, shape)) {
    node.fail('its last windows lie where those of ONNX do not');
  }
  const windows = { kernel_shape: kernelSize, strides: stride, pads: [...before, ...behind] };
  const rounds = { ceil_mode: ceilMode(rounding) };
  if (kind === 'max') {
    node.add('MaxPool', node.inputs, { ...windows, ...rounds, dilations: dilation });
    return;
  }
  if (dilation.some((step) => step !== 1))
    node.fail('averages of windows with gaps are not written');
  const counts = { count_include_pad: kind === 'average' ? 0 : 1 };
  node.add('AveragePool', node.inputs, { ...windows, ...rounds, ...counts });
}

function ceilMode(rounding: PoolRounding): number {
  return rounding === 'ceil' ? 1 : 0;
}

function exportBatchNorm(node: ExportNode): void {
  const { epsilon, training, weighted } = node.origin.attrs as BatchNormAttrs;
  if (training) node.fail('belongs to training');
  const [x, mean, variance, ...affine] = node.inputs;
  const channels = node.origin.shape[1];
  const filled = (value: number): string => node.floats(Array<number>(channels).fill(value));
  const weight = weighted ? affine[0] : filled(1);
  const bias = affine.at(weighted ? 1 : 0) ?? filled(0);
  const inputs = [x, weight, bias, mean, variance];
  node.add('BatchNormalization', inputs, { epsilon: floatAttribute(epsilon) });
}

/** x · scale + shift, with both put beside the channels. */
function exportChannelScale(node: ExportNode): void {
  const [x, ...perChannel] = node.inputs;
  const axes = node.ints(Array.from({ length: node.origin.shape.length - 2 }, (_, i) => i + 1));
  const [scale, shift] = perChannel.map((name) => node.step('Unsqueeze', [name, axes]));
  if (perChannel.length === 1) node.add('Mul', [x, scale]);
  else node.add('Add', [node.step('Mul', [x, scale]), shift]);
}

function exportLinear(node: ExportNode): void {
  const [x, ...rest] = node.inputs;
  const { shape } = node.origin.inputs[0];
  const rows = shape.length === 2 ? x : node.step('Flatten', [x], { axis: 1 });
  node.add('Gemm', [rows, ...rest], { transB: 1 });
}

function exportWeightedSum(node: ExportNode): void {
  const { coefficients } = node.origin.attrs as WeightedSumAttrs;
  const terms = node.inputs.map((name, i) =>
    coefficients[i] === 1 ? name : node.step('Mul', [name, node.floats([coefficients[i]], [])]),
  );
  node.add('Sum', terms);
}

function exportResize(node: ExportNode): void {
  const { mode } = node.origin.attrs as { readonly mode: string; readonly size: Pair };
  const inputs = [node.inputs[0], '', '', node.ints(node.origin.shape)];
  const coordinates = mode === 'half-pixel' ? 'half_pixel' : 'align_corners';
  node.add('Resize', inputs, { mode: 'linear', coordinate_transformation_mode: coordinates });
}

function exportCrop(node: ExportNode): void {
  const { offset, size } = node.origin.attrs as CropAttrs;
  const ends = [offset[0] + size[0], offset[1] + size[1]];
  node.add('Slice', [node.inputs[0], node.ints(offset), node.ints(ends), node.ints([2, 3])]);
}

function exportLrn(node: ExportNode): void {
  const { size, alpha, beta, k } = node.origin.attrs as LrnAttrs;
  node.add('LRN', node.inputs, {
    size,
    alpha: floatAttribute(alpha),
    beta: floatAttribute(beta),
    bias: floatAttribute(k),
  });
}

function exportReduce(node: ExportNode): void {
  const { reduction, axes } = node.origin.attrs as ReduceAttrs;
  if (reduction === 'argMax' || reduction === 'argMaxLast') return node.fail('is not written');
  if (reduction === 'sum') node.add('ReduceSum', [...node.inputs, node.ints(axes)]);
  else {
    const op = { mean: 'ReduceMean', max: 'ReduceMax', min: 'ReduceMin' }[reduction];
    node.add(op, node.inputs, { axes });
  }
}

const BROADCASTS = {
  ...{ add: 'Add', sub: 'Sub', mul: 'Mul', div: 'Div', pow: 'Pow' },
  ...{ max: 'Max', min: 'Min', prelu: 'PRelu' },
} as const;

function exportBroadcast(node: ExportNode): void {
  const { name } = node.origin.attrs as BroadcastAttrs;
  if (name === 'equal') node.add('Cast', [node.step('Equal', node.inputs)], { to: TYPES.float32 });
  else node.add(BROADCASTS[name], node.inputs);
}

/** Numbers of ONNX's types for Cast: here all tensors hold floats. */
const TYPES = { float32: 1, int64: 7, bool: 9 } as const;

function exportGatherElements(node: ExportNode): void {
  const { axis } = node.origin.attrs as GatherElementsAttrs;
  const [x, indices] = node.inputs;
  node.add('GatherElements', [x, node.step('Cast', [indices], { to: TYPES.int64 })], { axis });
}

function exportWhere(node: ExportNode): void {
  const [condition, ...values] = node.inputs;
  node.add('Where', [node.step('Cast', [condition], { to: TYPES.bool }), ...values]);
}

function same(op: string): ExportRule {
  return (node) => {
    node.add(op, node.inputs);
  };
}

/** Rules by the names of ops in the graph, which say what their attributes are. */
export const EXPORT_RULES: ReadonlyMap<string, ExportRule> = new Map<string, ExportRule>([
  ['add', same('Add')],
  ['avgPool2d', (node) => pooling(node, 'averageWithBorder')],
  ['batchNorm2d', exportBatchNorm],
  ['broadcast', exportBroadcast],
  ['channelScale', exportChannelScale],
  [
    'concat',
    (node) => node.add('Concat', node.inputs, { axis: (node.origin.attrs as ConcatAttrs).axis }),
  ],
  ['conv2d', convolution('Conv')],
  ['convTranspose2d', convolution('ConvTranspose')],
  ['crop', exportCrop],
  ['gatherElements', exportGatherElements],
  ['linear', exportLinear],
  ['lrn', exportLrn],
  ['matMul', same('MatMul')],
  ['maximum', same('Max')],
  ['maxPool2d', (node) => pooling(node, 'max')],
  ['pointwise', exportPointwise],
  ['poolNd', (node) => addPool(node, node.origin.attrs as PoolNdAttrs)],
  ['rearrange', exportRearrange],
  ['reduce', exportReduce],
  ['relu', same('Relu')],
  ['reshape', (node) => node.add('Reshape', [node.inputs[0], node.ints(node.origin.shape)])],
  ['resizeBilinear', exportResize],
  ['sigmoid', same('Sigmoid')],
  ['softmax', (node) => node.add('Softmax', node.inputs, { axis: 1 })],
  ['weightedSum', exportWeightedSum],
  ['where', exportWhere],
]);
