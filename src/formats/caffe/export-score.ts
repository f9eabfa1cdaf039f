import type { AccuracyAttrs } from '../../backend/reference/accuracy.js';
import type { BestChannelsAttrs } from '../../backend/reference/best-channels.js';
import { messageOf, type Fields } from './message-of.js';
import type { ReduceAttrs } from '../../ops/reduce.js';
import type { SoftmaxCrossEntropyOptions } from '../../ops/softmax-cross-entropy.js';
import type { ExportNode } from './export-node.js';

/** Exports the best classes, or their scores. */
export function exportBestChannels(node: ExportNode, { count, give }: BestChannelsAttrs): void {
  node.add('ArgMax', bestOf({ axis: 1, top_k: count, out_max_val: give === 'value' }));
}

function bestOf(settings: Fields): Fields {
  return { argmax_param: messageOf('ArgMaxParameter', settings) };
}

/** Caffe's names of the normalisations of a loss. */
const NORMALIZATIONS = {
  ...{ full: 'FULL', valid: 'VALID', 'batch-size': 'BATCH_SIZE', none: 'NONE' },
} as const;

/** Exports the cross-entropy of scores and labels. */
export function exportLoss(
  node: ExportNode,
  { ignoreIndex, normalization, weight }: Required<SoftmaxCrossEntropyOptions>,
): void {
  if (weight !== 1) {
    node.fail(`Caffe returns a loss without its weight (got weight ${String(weight)}, expected 1)`);
  }
  const param = messageOf('LossParameter', {
    ...labelsToIgnore(ignoreIndex),
    normalization: NORMALIZATIONS[normalization],
  });
  node.add('SoftmaxWithLoss', { loss_param: param });
}

/** Exports the accuracy over all labels, or per class, which is Caffe's second top. */
export function exportAccuracy(node: ExportNode, { topK, ignoreIndex, per }: AccuracyAttrs): void {
  const param = messageOf('AccuracyParameter', { top_k: topK, ...labelsToIgnore(ignoreIndex) });
  const ofAll = `${node.name}/all`;
  node.add(
    'Accuracy',
    { accuracy_param: param },
    per === 'all' ? {} : { tops: [ofAll, node.name] },
  );
  if (per === 'class') node.silence([ofAll]);
}

function labelsToIgnore(ignoreIndex: number): Fields {
  return Number.isNaN(ignoreIndex) ? {} : { ignore_label: ignoreIndex };
}

/** Exports the mean of every map, or the index of the maximum along an axis. */
export function exportReduce(node: ExportNode, { reduction, axes }: ReduceAttrs): void {
  const [x] = node.origin.inputs;
  if (reduction === 'argMaxLast' && axes.length === 1) {
    node.add('ArgMax', bestOf({ axis: axes[0] }));
  } else if (reduction === 'mean' && x.shape.length === 4 && axes.join() === '2,3') {
    const param = messageOf('PoolingParameter', { pool: 'AVE', global_pooling: true });
    node.add('Pooling', { pooling_param: param });
  } else node.fail(`Caffe has no layer for ${reduction} over axes ${axes.join(', ')}`);
}
