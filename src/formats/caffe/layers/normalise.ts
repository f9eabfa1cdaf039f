import { FcnError } from '../../../core/errors.js';
import { numel, type Shape } from '../../../core/shape.js';
import { constant } from '../../../nn/init.js';
import type { WiredLayer } from '../../../nn/wired-network.js';
import { batchMoments, batchNorm2d } from '../../../ops/batch-norm2d.js';
import { channelScale } from '../../../ops/channel-scale.js';
import { lrn as normalise } from '../../../ops/lrn.js';
import { reshape } from '../../../ops/reshape.js';
import { weightedSum } from '../../../ops/weighted-sum.js';
import type { Tensor } from '../../../tensor/tensor.js';
import { fillerOf } from '../filler.js';
import { axisOf, composed, mapping, parameterOf, refuse, type LayerContext } from '../layer.js';

/** Local response normalisation across channels. */
export function lrn(context: LayerContext): WiredLayer {
  const param = context.definition.message('lrn_param');
  if (param.text('norm_region') === 'WITHIN_CHANNEL') {
    refuse(context, 'normalisation within a channel is not read');
  }
  const attrs = {
    size: param.number('local_size', 5),
    alpha: param.number('alpha', 1),
    beta: param.number('beta', 0.75),
    k: param.number('k', 1),
  };
  return mapping((x) => normalise(x, attrs));
}

/**
 * Batch normalisation without factor and summand. As Caffe keeps them, mean and variance are sums that
 * fade, and a third parameter counts what they are sums of.
 */
export function batchNorm(context: LayerContext): WiredLayer {
  const param = context.definition.message('batch_norm_param');
  const [, channels] = context.inputs[0];
  const make = (shape: Shape): Tensor => {
    const tensor = parameterOf(context, shape, constant(0));
    tensor.requiresGrad = false;
    return tensor;
  };
  const mean = make([channels]);
  const variance = make([channels]);
  const count = make([1]);
  const epsilon = param.number('eps', 1e-5);
  const fraction = param.number('moving_average_fraction', 0.999);
  const running = (x: Tensor) => {
    if (x.backend === null) return { mean, variance };
    const factor = count.data[0] === 0 ? 0 : 1 / count.data[0];
    if (factor === 1) return { mean, variance };
    return { mean: weightedSum([mean], [factor]), variance: weightedSum([variance], [factor]) };
  };
  let training = false;
  return {
    forward: ([x]) => {
      if (!training || param.flag('use_global_stats', false)) {
        return [batchNorm2d(x, running(x), { epsilon })];
      }
      const batch = batchMoments(x);
      if (x.backend !== null) {
        const [N, , H, W] = x.shape;
        const values = N * H * W;
        const unbiased = values > 1 ? values / (values - 1) : 1;
        fade(mean, batch.mean, fraction, 1);
        fade(variance, batch.variance, fraction, unbiased);
        count.data[0] = count.data[0] * fraction + 1;
      }
      return [batchNorm2d(x, batch, { epsilon, training: true })];
    },
    parameters: () =>
      new Map([
        ['running_mean', mean],
        ['running_var', variance],
        ['running_count', count],
      ]),
    setTraining: (value) => {
      training = value;
    },
  };
}

function fade(running: Tensor, batch: Tensor, fraction: number, factor: number): void {
  const { data } = running;
  for (let c = 0; c < data.length; c++) data[c] = data[c] * fraction + batch.data[c] * factor;
}

/** A factor, and perhaps a summand, for every index of some axes; the factors may be an input. */
export function scale(context: LayerContext): WiredLayer {
  const param = context.definition.message('scale_param');
  const [input, other] = context.inputs as readonly (Shape | undefined)[];
  if (input === undefined) throw new FcnError(`layer ${context.name}: no input`);
  const axis = axisOf(context, param.number('axis', 1), input.length);
  const shape = other ?? scaledShape(context, input, axis, param.number('num_axes', 1));
  const weight = other ? null : parameterOf(context, shape, fillerOf(param.message('filler'), 1));
  const bias = param.flag('bias_term', false)
    ? parameterOf(context, shape, fillerOf(param.message('bias_filler')))
    : null;
  return {
    forward: ([x, factors]) => [scaled(x, weight ?? factors, bias, axis)],
    parameters: () =>
      new Map(
        Object.entries({ weight, bias }).filter(
          (entry): entry is [string, Tensor] => entry[1] !== null,
        ),
      ),
  };
}

/** A summand for every index of some axes. */
export function bias(context: LayerContext): WiredLayer {
  const param = context.definition.message('bias_param');
  const [input] = context.inputs;
  if (context.inputs.length !== 1) refuse(context, 'summands that are an input are not read');
  const axis = axisOf(context, param.number('axis', 1), input.length);
  const shape = scaledShape(context, input, axis, param.number('num_axes', 1));
  const summand = parameterOf(context, shape, fillerOf(param.message('filler')));
  const ones = parameterOf(context, shape, constant(1));
  ones.requiresGrad = false;
  return {
    forward: ([x]) => [scaled(x, ones, summand, axis)],
    parameters: () => new Map([['bias', summand]]),
  };
}

function scaledShape(context: LayerContext, input: Shape, axis: number, axes: number): Shape {
  if (axes === -1) return input.slice(axis);
  if (!(axes >= 0 && axis + axes <= input.length)) refuse(context, `no ${String(axes)} axes`);
  return input.slice(axis, axis + axes);
}

/** The axes that are scaled are made one, and it the axis of channels. */
function scaled(x: Tensor, weight: Tensor, bias: Tensor | null, axis: number): Tensor {
  if (axis === 1 && weight.shape.length === 1) return channelScale(x, weight, bias);
  const channels = numel(weight.shape);
  const before = numel(x.shape.slice(0, axis));
  return composed((between) => {
    const flat = between(reshape(x, [before, channels, numel(x.shape) / before / channels]));
    const factors = between(reshape(weight, [channels]));
    const summands = bias && between(reshape(bias, [channels]));
    return reshape(between(channelScale(flat, factors, summands)), x.shape);
  });
}
