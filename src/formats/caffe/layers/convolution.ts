import { showShape, type Pair, type Shape } from '../../../core/shape.js';
import type { WiredLayer } from '../../../nn/wired-network.js';
import { weightAndBias } from '../../../nn/conv2d.js';
import { convTranspose2d } from '../../../ops/conv-transpose2d.js';
import { conv2d } from '../../../ops/conv2d.js';
import { reshape } from '../../../ops/reshape.js';
import type { Tensor } from '../../../tensor/tensor.js';
import { fillerOf } from '../filler.js';
import {
  axisOf,
  composeOps,
  pairOf,
  makeLayerParameter,
  refuse,
  type LayerContext,
} from '../layer.js';

/** Settings of both kinds of convolution. */
interface Geometry {
  readonly kernelSize: Pair;
  readonly stride: Pair;
  readonly padding: Pair;
  readonly dilation: Pair;
  readonly groups: number;
  /** Number of input and output channels. */
  readonly channels: readonly [from: number, to: number];
  readonly axis: number;
}

/** Convolution over two axes; all axes before the channels count as the batch. */
export function convolution(context: LayerContext): WiredLayer {
  const geometry = geometryOf(context);
  const [from, to] = geometry.channels;
  const shape = [to, from / geometry.groups, ...geometry.kernelSize];
  return withFilters(context, geometry, shape, conv2d);
}

/** Deconvolution (transposed convolution) over two axes. */
export function deconvolution(context: LayerContext): WiredLayer {
  const geometry = geometryOf(context);
  const [from, to] = geometry.channels;
  const shape = [from, to / geometry.groups, ...geometry.kernelSize];
  return withFilters(context, geometry, shape, convTranspose2d);
}

function geometryOf(context: LayerContext): Geometry {
  const param = context.definition.message('convolution_param');
  const [input] = context.inputs;
  const axis = axisOf(context, param.number('axis', 1), input.length);
  if (axis < 1 || input.length - axis !== 3) {
    refuse(
      context,
      `wrong number of axes (got ${showShape(input)} with channels on axis ${String(axis)}, ` +
        'expected two axes after the channels)',
    );
  }
  const groups = param.number('group', 1);
  const from = input[axis];
  const to = param.number('num_output', 0);
  if (to < 1) refuse(context, 'num_output is missing');
  if (groups < 1 || from % groups !== 0 || to % groups !== 0) {
    const channels = `${String(from)} input and ${String(to)} output channels`;
    refuse(context, `group must divide ${channels} (got ${String(groups)})`);
  }
  return {
    kernelSize: pairOf(context, param, 'kernel_size', 0),
    stride: pairOf(context, param, 'stride', 1),
    padding: pairOf(context, param, 'pad', 0),
    dilation: pairOf(context, param, 'dilation', 1),
    groups,
    channels: [from, to],
    axis,
  };
}

function withFilters(
  context: LayerContext,
  geometry: Geometry,
  shape: Shape,
  op: typeof conv2d,
): WiredLayer {
  const param = context.definition.message('convolution_param');
  const weight = makeLayerParameter(context, shape, fillerOf(param.message('weight_filler')));
  const bias = param.flag('bias_term', true)
    ? makeLayerParameter(context, [geometry.channels[1]], fillerOf(param.message('bias_filler')))
    : null;
  const { axis, stride, padding, dilation, groups } = geometry;
  const options = { stride, padding, dilation, groups };
  const apply = (x: Tensor): Tensor => {
    if (axis === 1) return op(x, weight, bias, options);
    const batch = x.shape.slice(0, axis);
    const count = batch.reduce((product, extent) => product * extent, 1);
    return composeOps((temporary) => {
      const maps = temporary(reshape(x, [count, ...x.shape.slice(axis)]));
      const y = temporary(op(maps, weight, bias, options));
      return reshape(y, [...batch, ...y.shape.slice(1)]);
    });
  };
  return {
    forward: (inputs) => inputs.map(apply),
    parameters: () => weightAndBias(weight, bias),
  };
}
