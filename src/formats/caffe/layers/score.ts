import { numel, sameShape, type Shape } from '../../../core/shape.js';
import type { AccuracyAttrs } from '../../../backend/reference/accuracy.js';
import type { BestChannelsAttrs } from '../../../backend/reference/best-channels.js';
import type { WiredLayer } from '../../../nn/wired-network.js';
import { accuracy as accuracyOp } from '../../../ops/accuracy.js';
import { bestChannels } from '../../../ops/best-channels.js';
import { concat } from '../../../ops/concat.js';
import { reshape } from '../../../ops/reshape.js';
import { softmaxCrossEntropy, type LossNormalization } from '../../../ops/softmax-cross-entropy.js';
import { softmax as softmaxOp } from '../../../ops/softmax.js';
import type { Tensor } from '../../../tensor/tensor.js';
import { axisOf, composeOps, unaryLayer, refuse, type LayerContext } from '../layer.js';

const NORMALIZATIONS: ReadonlyMap<string, LossNormalization> = new Map([
  ['FULL', 'full'],
  ['VALID', 'valid'],
  ['BATCH_SIZE', 'batch-size'],
  ['NONE', 'none'],
]);

/** Shape `[before, classes, after]` of scores whose classes are on an axis. */
function aroundAxis(shape: Shape, axis: number): readonly [number, number, number] {
  return [numel(shape.slice(0, axis)), shape[axis], numel(shape.slice(axis + 1))];
}

/** Softmax: probabilities along one axis. */
export function softmax(context: LayerContext): WiredLayer {
  const axis = scoreAxis(context);
  return unaryLayer((x) => along(x, axis));
}

function checkBottoms(context: LayerContext): void {
  const count = context.inputs.length;
  if (count === 2) return;
  refuse(context, `wrong number of bottoms (got ${String(count)}, expected 2: scores, labels)`);
}

function scoreAxis(context: LayerContext): number {
  const given = context.definition.message('softmax_param').number('axis', 1);
  return axisOf(context, given, context.inputs[0].length);
}

function along(x: Tensor, axis: number): Tensor {
  if (axis === 1) return softmaxOp(x);
  return composeOps((temporary) => {
    const scores = temporary(reshape(x, aroundAxis(x.shape, axis)));
    return reshape(temporary(softmaxOp(scores)), x.shape);
  });
}

/** SoftmaxWithLoss: cross-entropy of scores and labels, without its weight; a second top gets the probabilities. */
export function softmaxWithLoss(context: LayerContext): WiredLayer {
  checkBottoms(context);
  const axis = scoreAxis(context);
  const param = context.definition.message('loss_param');
  const options = {
    ignoreIndex: param.number('ignore_label', NaN), // equal to no label
    normalization: normalizationOf(context),
  };
  return {
    forward: ([scores, labels]) => {
      const loss = composeOps((temporary) => {
        const isMap = axis === 1 && scores.shape.length === 4;
        const around = [...aroundAxis(scores.shape, axis), 1];
        const x = isMap ? scores : temporary(reshape(scores, around));
        const [N, , ...extents] = x.shape;
        const isReady = sameShape(labels.shape, [N, ...extents]);
        const wanted = isReady ? labels : temporary(reshape(labels, [N, ...extents]));
        return softmaxCrossEntropy(x, wanted, options);
      });
      return context.outputs > 1 ? [loss, along(scores, axis)] : [loss];
    },
  };
}

/** Reads the normalisation of a loss: the current field `normalization` wins over the old flag `normalize`. */
function normalizationOf({ definition }: LayerContext): LossNormalization {
  const param = definition.message('loss_param');
  const given = NORMALIZATIONS.get(param.text('normalization'));
  if (given !== undefined) return given;
  return param.flag('normalize', true) ? 'valid' : 'batch-size';
}

/** Accuracy: the share of labels whose class is among the best; a second top gets the share per class. */
export function accuracy(context: LayerContext): WiredLayer {
  checkBottoms(context);
  if (context.outputs > 2) {
    refuse(context, `too many tops (got ${String(context.outputs)}, at most 2)`);
  }
  const param = context.definition.message('accuracy_param');
  const axis = axisOf(context, param.number('axis', 1), context.inputs[0].length);
  const topK = param.number('top_k', 1);
  const ignoreIndex = param.number('ignore_label', NaN); // equal to no label
  const share = (scores: Tensor, labels: Tensor, per: AccuracyAttrs['per']): Tensor =>
    composeOps((temporary) => {
      const x = axis === 1 ? scores : temporary(reshape(scores, aroundAxis(scores.shape, axis)));
      return accuracyOp(x, labels, { topK, ignoreIndex, per });
    });
  return {
    forward: ([scores, labels]) =>
      context.outputs > 1
        ? [share(scores, labels, 'all'), share(scores, labels, 'class')]
        : [share(scores, labels, 'all')],
  };
}

/** ArgMax: the best classes, or their scores; the last of equal ones. Without an axis, over all numbers of an image. */
export function argMax(context: LayerContext): WiredLayer {
  const param = context.definition.message('argmax_param');
  const count = param.number('top_k', 1);
  const values = param.flag('out_max_val', false);
  const [input] = context.inputs;
  if (param.has('axis')) {
    const axis = axisOf(context, param.number('axis', 1), input.length);
    const give = values ? 'value' : 'index';
    return unaryLayer((x) => bestAlong(x, axis, { count, give }));
  }
  return unaryLayer((x) =>
    composeOps((temporary) => {
      const flat = temporary(reshape(x, [x.shape[0], numel(x.shape.slice(1))]));
      const rows = (give: 'index' | 'value'): Tensor => {
        const best = temporary(bestChannels(flat, { count, give }));
        return reshape(best, [x.shape[0], 1, count]);
      };
      return values
        ? concat([temporary(rows('index')), temporary(rows('value'))], 1)
        : rows('index');
    }),
  );
}

function bestAlong(x: Tensor, axis: number, attrs: BestChannelsAttrs): Tensor {
  if (axis === 1) return bestChannels(x, attrs);
  return composeOps((temporary) => {
    const scores = temporary(reshape(x, aroundAxis(x.shape, axis)));
    return reshape(temporary(bestChannels(scores, attrs)), x.shape.with(axis, attrs.count));
  });
}
