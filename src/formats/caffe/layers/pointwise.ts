import { constant } from '../../../nn/init.js';
import { Dropout } from '../../../nn/dropout.js';
import type { WiredLayer } from '../../../nn/wired-network.js';
import { channelScale } from '../../../ops/channel-scale.js';
import { multiply } from '../../../ops/multiply.js';
import { relu as rectify } from '../../../ops/relu.js';
import { sigmoid as squash } from '../../../ops/sigmoid.js';
import { weightedSum } from '../../../ops/weighted-sum.js';
import type { Tensor } from '../../../tensor/tensor.js';
import { fillerOf } from '../filler.js';
import { composed, mapping, parameterOf, refuse, type LayerContext } from '../layer.js';

/** Powers are taken by multiplying, so far. */
const MAX_POWER = 8;

/** max(x, 0) + slope · min(x, 0). */
export function relu({ definition }: LayerContext): WiredLayer {
  const slope = definition.message('relu_param').number('negative_slope', 0);
  if (slope === 0) return mapping(rectify);
  // The same, with the slope as the gradient at 0.
  return mapping((x) =>
    composed((between) => weightedSum([x, between(rectify(x))], [slope, 1 - slope])),
  );
}

/** As ReLU, with a slope per channel that is learned. */
export function prelu(context: LayerContext): WiredLayer {
  const param = context.definition.message('prelu_param');
  const shared = param.flag('channel_shared', false);
  if (shared) refuse(context, 'one slope for all channels is not read');
  const fill = fillerOf(param.message('filler'), 0.25);
  const weight = parameterOf(context, [context.inputs[0][1]], fill);
  return {
    forward: ([x]) => [
      composed((between) => {
        const positive = between(rectify(x));
        const sloped = between(channelScale(x, weight));
        const undone = between(channelScale(positive, weight));
        return weightedSum([sloped, positive, undone], [1, 1, -1]);
      }),
    ],
    parameters: () => new Map([['weight', weight]]),
  };
}

/** 1 / (1 + exp(−x)). */
export function sigmoid(): WiredLayer {
  return mapping(squash);
}

/** |x|. */
export function absVal(): WiredLayer {
  return mapping((x) =>
    composed((between) => {
      const negated = between(weightedSum([x], [-1]));
      return weightedSum([between(rectify(x)), between(rectify(negated))], [1, 1]);
    }),
  );
}

/** (shift + scale · x) ^ power, for powers that are small whole numbers. */
export function power(context: LayerContext): WiredLayer {
  const param = context.definition.message('power_param');
  const exponent = param.number('power', 1);
  const [, channels] = context.inputs[0];
  if (!(Number.isInteger(exponent) && exponent >= 1 && exponent <= MAX_POWER)) {
    refuse(context, `power ${String(exponent)}; whole ones up to ${String(MAX_POWER)} are read`);
  }
  if (context.inputs[0].length < 2) refuse(context, 'its input has no channels');
  const constantOf = (value: number): Tensor => {
    const tensor = parameterOf(context, [channels], constant(value));
    tensor.requiresGrad = false;
    return tensor;
  };
  const scale = constantOf(param.number('scale', 1));
  const shift = constantOf(param.number('shift', 0));
  if (exponent === 1) return mapping((x) => channelScale(x, scale, shift));
  return mapping((x) =>
    composed((between) => {
      const linear = between(channelScale(x, scale, shift));
      let product = linear;
      for (let i = 1; i < exponent; i++) product = multiply(between(product), linear);
      return product;
    }),
  );
}

/** Drops values while training. */
export function dropout({ definition }: LayerContext): WiredLayer {
  const ratio = definition.message('dropout_param').number('dropout_ratio', 0.5);
  const module = new Dropout({ ratio });
  return {
    forward: ([x]) => [module.forward(x)],
    setTraining: (training, rng) => {
      module.setTraining(training, rng);
    },
  };
}
