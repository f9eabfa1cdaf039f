import type { AnyRule } from '../../autograd/op-rule.js';
import type { LrnAttrs } from '../../backend/attributes.js';
import type { PoolRounding } from '../../backend/pool-size.js';
import { sameShape } from '../../core/shape.js';
import { addRule } from '../../ops/add.js';
import { avgPool2dRule } from '../../ops/avg-pool2d.js';
import { batchNorm2dRule, type BatchNormAttrs } from '../../ops/batch-norm2d.js';
import { elementwiseRule, type ElementwiseAttrs } from '../../ops/elementwise.js';
import { channelScaleRule } from '../../ops/channel-scale.js';
import { concatRule } from '../../ops/concat.js';
import { convTranspose2dRule } from '../../ops/conv-transpose2d.js';
import { conv2dRule, type Conv2dAttrs } from '../../ops/conv2d.js';
import { cropRule, type CropAttrs } from '../../ops/crop.js';
import { gatherElementsRule, type GatherElementsAttrs } from '../../ops/gather-elements.js';
import { linearRule } from '../../ops/linear.js';
import { lrnRule } from '../../ops/lrn.js';
import { matMulRule } from '../../ops/mat-mul.js';
import { maxPool2dRule } from '../../ops/max-pool2d.js';
import { maximumRule } from '../../ops/maximum.js';
import { pointwiseRule } from '../../ops/pointwise.js';
import { poolNdRule, poolNd, type PoolNdAttrs } from '../../ops/pool-nd.js';
import type { PoolOpAttrs } from '../../ops/pool-options.js';
import { takeElementsRule } from '../../ops/take-elements.js';
import { reduceRule, type ReduceAttrs } from '../../ops/reduce.js';
import { reluRule } from '../../ops/relu.js';
import { reshapeRule } from '../../ops/reshape.js';
import { resizeBilinearRule, type ResizeAttrs } from '../../ops/resize-bilinear.js';
import { sigmoidRule } from '../../ops/sigmoid.js';
import { softmaxRule } from '../../ops/softmax.js';
import { weightedSumRule, type WeightedSumAttrs } from '../../ops/weighted-sum.js';
import { whereRule } from '../../ops/where.js';
import { Tensor } from '../../tensor/tensor.js';
import { exporterOf } from '../exporter-of.js';
import { floatAttribute, type ExportNode } from './export-node.js';
import { exportPointwise } from './export-pointwise.js';
import { exportRearrange } from './export-rearrange.js';

/** Exporters of the ops to ONNX, by rule. */
type ExportRule = (node: ExportNode) => void;

function convolution(op: string): (node: ExportNode, attrs: Conv2dAttrs) => void {
  return (node, { kernelSize, stride, padding, dilation, groups }) => {
    node.add(op, node.inputs, {
      ...{ kernel_shape: kernelSize, strides: stride, pads: [...padding, ...padding] },
      ...{ dilations: dilation, group: groups },
    });
  };
}

function pooling(node: ExportNode, attrs: PoolOpAttrs, kind: PoolNdAttrs['kind']): void {
  const { kernelSize, stride, padding, rounding } = attrs;
  const geometry = { kernelSize, stride, dilation: [1, 1], before: padding, after: padding };
  addPool(node, { ...geometry, kind, rounding });
}

function addPool(node: ExportNode, attrs: PoolNdAttrs): void {
  const { kind, rounding, kernelSize, stride, dilation, before, after } = attrs;
  const { inputs, shape } = node.origin;
  if (kind === 'maxPlace') node.fail('the places of maxima without the maxima are unsupported');
  if (!sameShape(poolNd(Tensor.dry(inputs[0].shape), attrs).shape, shape)) {
    node.fail('its last windows differ from those of ONNX');
  }
  const windows = { kernel_shape: kernelSize, strides: stride, pads: [...before, ...after] };
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

function exportBatchNorm(node: ExportNode, { epsilon, training, weighted }: BatchNormAttrs): void {
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

function exportWeightedSum(node: ExportNode, { coefficients }: WeightedSumAttrs): void {
  const terms = node.inputs.map((name, i) =>
    coefficients[i] === 1 ? name : node.step('Mul', [name, node.floats([coefficients[i]], [])]),
  );
  node.add('Sum', terms);
}

function exportResize(node: ExportNode, { mode }: ResizeAttrs): void {
  const inputs = [node.inputs[0], '', '', node.ints(node.origin.shape)];
  const coordinates = mode === 'half-pixel' ? 'half_pixel' : 'align_corners';
  node.add('Resize', inputs, { mode: 'linear', coordinate_transformation_mode: coordinates });
}

function exportCrop(node: ExportNode, { offset, size }: CropAttrs): void {
  const ends = [offset[0] + size[0], offset[1] + size[1]];
  node.add('Slice', [node.inputs[0], node.ints(offset), node.ints(ends), node.ints([2, 3])]);
}

function exportLrn(node: ExportNode, { size, alpha, beta, k }: LrnAttrs): void {
  node.add('LRN', node.inputs, {
    size,
    alpha: floatAttribute(alpha),
    beta: floatAttribute(beta),
    bias: floatAttribute(k),
  });
}

function exportReduce(node: ExportNode, { reduction, axes }: ReduceAttrs): void {
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

function exportBroadcast(node: ExportNode, { name }: ElementwiseAttrs): void {
  if (name === 'equal') node.add('Cast', [node.step('Equal', node.inputs)], { to: TYPES.float32 });
  else node.add(BROADCASTS[name], node.inputs);
}

/** Numbers of ONNX's types for Cast: here all tensors hold floats. */
const TYPES = { float32: 1, int64: 7, bool: 9 } as const;

function exportGatherElements(node: ExportNode, { axis }: GatherElementsAttrs): void {
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

/** Exporters by the rules of ops. */
export const EXPORT_RULES: ReadonlyMap<AnyRule, ExportRule> = new Map<AnyRule, ExportRule>([
  exporterOf(addRule, same('Add')),
  exporterOf(avgPool2dRule, (node, attrs) => pooling(node, attrs, 'averageWithBorder')),
  exporterOf(batchNorm2dRule, exportBatchNorm),
  exporterOf(elementwiseRule, exportBroadcast),
  exporterOf(channelScaleRule, exportChannelScale),
  exporterOf(concatRule, (node, { axis }) => {
    node.add('Concat', node.inputs, { axis });
  }),
  exporterOf(conv2dRule, convolution('Conv')),
  exporterOf(convTranspose2dRule, convolution('ConvTranspose')),
  exporterOf(cropRule, exportCrop),
  exporterOf(gatherElementsRule, exportGatherElements),
  exporterOf(linearRule, exportLinear),
  exporterOf(lrnRule, exportLrn),
  exporterOf(matMulRule, same('MatMul')),
  exporterOf(maximumRule, same('Max')),
  exporterOf(maxPool2dRule, (node, attrs) => pooling(node, attrs, 'max')),
  exporterOf(pointwiseRule, exportPointwise),
  exporterOf(poolNdRule, addPool),
  exporterOf(takeElementsRule, exportRearrange),
  exporterOf(reduceRule, exportReduce),
  exporterOf(reluRule, same('Relu')),
  exporterOf(reshapeRule, (node) =>
    node.add('Reshape', [node.inputs[0], node.ints(node.origin.shape)]),
  ),
  exporterOf(resizeBilinearRule, exportResize),
  exporterOf(sigmoidRule, same('Sigmoid')),
  exporterOf(softmaxRule, (node) => node.add('Softmax', node.inputs, { axis: 1 })),
  exporterOf(weightedSumRule, exportWeightedSum),
  exporterOf(whereRule, exportWhere),
]);
