import { ShapeError } from '../../../core/errors.js';
import { numel, sameShape, showShape, type Shape } from '../../../core/shape.js';
import { constantFiller } from '../../../nn/init.js';
import type { WiredLayer } from '../../../nn/wired-network.js';
import { avgPool2d } from '../../../ops/avg-pool2d.js';
import { batchMoments, batchNorm2d } from '../../../ops/batch-norm2d.js';
import { elementwise } from '../../../ops/elementwise.js';
import { channelScale } from '../../../ops/channel-scale.js';
import { lrn as lrnOp } from '../../../ops/lrn.js';
import { multiply } from '../../../ops/multiply.js';
import { pointwise } from '../../../ops/pointwise.js';
import { reshape } from '../../../ops/reshape.js';
import { weightedSum } from '../../../ops/weighted-sum.js';
import type { Tensor } from '../../../tensor/tensor.js';
import { fillerOf } from '../filler.js';
import {
  axisOf,
  composeOps,
  unaryLayer,
  makeLayerParameter,
  refuse,
  type LayerContext,
} from '../layer.js';

/** LRN: local response normalisation, across channels or within each channel. */
export function lrn(context: LayerContext): WiredLayer {
  const param = context.definition.message('lrn_param');
  const attrs = {
    size: param.number('local_size', 5),
    alpha: param.number('alpha', 1),
    beta: param.number('beta', 0.75),
    k: param.number('k', 1),
  };
  if (param.text('norm_region') !== 'WITHIN_CHANNEL') return unaryLayer((x) => lrnOp(x, attrs));
  if (attrs.size % 2 === 0) {
    refuse(context, `local_size must be odd (got ${String(attrs.size)})`);
  }
  return unaryLayer((x) => normaliseWithin(x, attrs));
}

/** Computes x · (1 + alpha · mean)^−beta, with the mean of the squares around a pixel; outside of the map they are 0. */
function normaliseWithin(
  x: Tensor,
  { size, alpha, beta }: { readonly size: number; readonly alpha: number; readonly beta: number },
): Tensor {
  return composeOps((temporary) => {
    const squares = temporary(multiply(x, x));
    const mean = temporary(avgPool2d(squares, { kernelSize: size, padding: (size - 1) / 2 }));
    const base = temporary(pointwise(mean, { name: 'affine', a: alpha, b: 1 }));
    return multiply(x, temporary(pointwise(base, { name: 'power', a: -beta })));
  });
}

/**
 * BatchNorm: batch normalisation without weight and bias. As in Caffe, mean and variance are stored as decaying sums;
 * a third parameter is their divisor.
 */
export function batchNorm(context: LayerContext): WiredLayer {
  const param = context.definition.message('batch_norm_param');
  const [, channels] = context.inputs[0];
  const make = (shape: Shape): Tensor => {
    const tensor = makeLayerParameter(context, shape, constantFiller(0));
    tensor.requiresGrad = false;
    return tensor;
  };
  const mean = make([channels]);
  const variance = make([channels]);
  const count = make([1]);
  const epsilon = param.number('eps', 1e-5);
  const fraction = param.number('moving_average_fraction', 0.999);
  const inUse = (x: Tensor): Tensor =>
    composeOps((temporary) => {
      // A network without numbers has no count to divide by.
      const counted = count.backend === null ? 1 : count.data[0];
      if (counted === 1) return batchNorm2d(x, { mean, variance }, { epsilon });
      const factor = counted === 0 ? 0 : 1 / counted;
      const [scaledMean, scaledVariance] = [mean, variance].map((sum) =>
        temporary(weightedSum([sum], [factor])),
      );
      return batchNorm2d(x, { mean: scaledMean, variance: scaledVariance }, { epsilon });
    });
  let training = false;
  return {
    forward: ([x]) => {
      if (!training || param.flag('use_global_stats', false)) {
        return [inUse(x)];
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

/** Scale: a factor, and optionally a bias, for every index of some axes; the factors may be a second bottom (input). */
export function scale(context: LayerContext): WiredLayer {
  const param = context.definition.message('scale_param');
  const [input, other] = context.inputs as readonly (Shape | undefined)[];
  if (input === undefined) return refuse(context, 'no bottom');
  const axis = axisOf(context, param.number('axis', 1), input.length);
  const shape = other ?? scaledShape(context, input, axis, param.number('num_axes', 1));
  const weight = other
    ? null
    : makeLayerParameter(context, shape, fillerOf(param.message('filler'), 1));
  const bias = param.flag('bias_term', false)
    ? makeLayerParameter(context, shape, fillerOf(param.message('bias_filler')))
    : null;
  return {
    forward: ([x, factors]) => {
      checkScaled(context, x.shape, (weight ?? factors).shape, axis);
      return [scaled(x, weight ?? factors, bias, axis)];
    },
    parameters: () =>
      new Map(
        Object.entries({ weight, bias }).filter(
          (entry): entry is [string, Tensor] => entry[1] !== null,
        ),
      ),
  };
}

/** Bias: a number to add for every index of some axes; the numbers may be a second bottom. */
export function bias(context: LayerContext): WiredLayer {
  const param = context.definition.message('bias_param');
  const [input, other] = context.inputs as readonly (Shape | undefined)[];
  if (input === undefined) return refuse(context, 'no bottom');
  const axis = axisOf(context, param.number('axis', 1), input.length);
  const shape = other ?? scaledShape(context, input, axis, param.number('num_axes', 1));
  const own = other ? null : makeLayerParameter(context, shape, fillerOf(param.message('filler')));
  return {
    forward: ([x, given]) => [
      composeOps((temporary) => {
        const summand = own ?? given;
        checkScaled(context, x.shape, summand.shape, axis);
        const after = x.shape.slice(axis + summand.shape.length).map(() => 1);
        if (after.length === 0) return elementwise(x, summand, 'add');
        return elementwise(x, temporary(reshape(summand, [...summand.shape, ...after])), 'add');
      }),
    ],
    parameters: () => new Map(own ? [['bias', own]] : []),
  };
}

function scaledShape(context: LayerContext, input: Shape, axis: number, axes: number): Shape {
  if (axes === -1) return input.slice(axis);
  if (!(axes >= 0 && axis + axes <= input.length)) {
    const most = String(input.length - axis);
    refuse(context, `num_axes out of range (got ${String(axes)}, expected -1 or 0 to ${most})`);
  }
  return input.slice(axis, axis + axes);
}

/** Checks a shape when the layer runs, since the input may have another shape than the layer was built for. */
function checkScaled({ name, definition }: LayerContext, x: Shape, own: Shape, axis: number): void {
  if (sameShape(x.slice(axis, axis + own.length), own)) return;
  const type = definition.text('type');
  throw new ShapeError(
    `layer ${name} (${type}): parameter does not fit the bottom ` +
      `(got ${showShape(own)} at axis ${String(axis)} of ${showShape(x)})`,
  );
}

/** Scales x, with the scaled axes flattened into one axis of channels. */
function scaled(x: Tensor, weight: Tensor, bias: Tensor | null, axis: number): Tensor {
  if (axis === 1 && weight.shape.length === 1) return channelScale(x, weight, bias);
  const channels = numel(weight.shape);
  const before = numel(x.shape.slice(0, axis));
  return composeOps((temporary) => {
    const flat = temporary(reshape(x, [before, channels, numel(x.shape) / before / channels]));
    const factors = temporary(reshape(weight, [channels]));
    const summands = bias && temporary(reshape(bias, [channels]));
    return reshape(temporary(channelScale(flat, factors, summands)), x.shape);
  });
}
