import { Dropout } from '../../../nn/dropout.js';
import type { WiredLayer } from '../../../nn/wired-network.js';
import { broadcast } from '../../../ops/broadcast.js';
import { channelScale } from '../../../ops/channel-scale.js';
import { relu as rectify } from '../../../ops/relu.js';
import { weightedSum } from '../../../ops/weighted-sum.js';
import type { Tensor } from '../../../tensor/tensor.js';
import { fillerOf } from '../filler.js';
import { composed, mapping, parameterOf, type LayerContext } from '../layer.js';

/** max(x, 0) + slope · min(x, 0). */
export function relu({ definition }: LayerContext): WiredLayer {
  const slope = definition.message('relu_param').number('negative_slope', 0);
  if (slope === 0) return mapping(rectify);
  // The same, with the slope as the gradient at 0.
  return mapping((x) =>
    composed((between) => weightedSum([x, between(rectify(x))], [slope, 1 - slope])),
  );
}

/** As ReLU, with a slope per channel that is learned, or one slope for all. */
export function prelu(context: LayerContext): WiredLayer {
  const param = context.definition.message('prelu_param');
  const shared = param.flag('channel_shared', false);
  const shape = shared ? [] : [context.inputs[0][1]];
  const weight = parameterOf(context, shape, fillerOf(param.message('filler'), 0.25));
  return {
    forward: ([x]) => [shared ? broadcast(x, weight, 'prelu') : slopedByChannel(x, weight)],
    parameters: () => new Map([['weight', weight]]),
  };
}

function slopedByChannel(x: Tensor, weight: Tensor): Tensor {
  return composed((between) => {
    const positive = between(rectify(x));
    const sloped = between(channelScale(x, weight));
    const undone = between(channelScale(positive, weight));
    return weightedSum([sloped, positive, undone], [1, 1, -1]);
  });
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
