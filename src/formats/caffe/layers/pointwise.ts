import { Dropout } from '../../../nn/dropout.js';
import type { WiredLayer } from '../../../nn/wired-network.js';
import { elementwise } from '../../../ops/elementwise.js';
import { pointwise } from '../../../ops/pointwise.js';
import { relu as reluOp } from '../../../ops/relu.js';
import { reshape } from '../../../ops/reshape.js';
import { weightedSum } from '../../../ops/weighted-sum.js';
import { fillerOf } from '../filler.js';
import { composeOps, unaryLayer, makeLayerParameter, type LayerContext } from '../layer.js';

/** ReLU: max(x, 0) + slope · min(x, 0). */
export function relu({ definition }: LayerContext): WiredLayer {
  const slope = definition.message('relu_param').number('negative_slope', 0);
  if (slope === 0) return unaryLayer(reluOp);
  return unaryLayer((x) => pointwise(x, { name: 'leakyRelu', a: slope }));
}

/** PReLU: ReLU with a learned slope per channel, or one slope for all channels. */
export function prelu(context: LayerContext): WiredLayer {
  const param = context.definition.message('prelu_param');
  const shared = param.flag('channel_shared', false);
  const shape = shared ? [] : [context.inputs[0][1]];
  const weight = makeLayerParameter(context, shape, fillerOf(param.message('filler'), 0.25));
  return {
    forward: ([x]) => [
      composeOps((temporary) => {
        // The slopes get an axis of extent 1 for each axis after the channels, to be broadcast along it.
        const after = x.shape.slice(2).map(() => 1);
        const isBeside = shared || after.length === 0;
        const slopes = isBeside ? weight : temporary(reshape(weight, [...shape, ...after]));
        return elementwise(x, slopes, 'prelu');
      }),
    ],
    parameters: () => new Map([['weight', weight]]),
  };
}

/** AbsVal: |x|. */
export function absVal(): WiredLayer {
  return unaryLayer((x) =>
    composeOps((temporary) => {
      const negated = temporary(weightedSum([x], [-1]));
      return weightedSum([temporary(reluOp(x)), temporary(reluOp(negated))], [1, 1]);
    }),
  );
}

/** Dropout: sets random values to 0 in training. */
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
