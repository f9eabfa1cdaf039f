import { numel } from '../../../core/shape.js';
import type { Rng } from '../../../core/rng.js';
import type { WiredLayer } from '../../../nn/wired-network.js';
import { batchMoments, batchNorm2d, updateRunningStatistics } from '../../../ops/batch-norm2d.js';
import { elementwise } from '../../../ops/elementwise.js';
import { dropout } from '../../../ops/dropout.js';
import { lrn } from '../../../ops/lrn.js';
import { pointwise } from '../../../ops/pointwise.js';
import { reduce } from '../../../ops/reduce.js';
import { weightedSum } from '../../../ops/weighted-sum.js';
import type { NodeContext } from '../node-context.js';
import type { Operators } from '../operator.js';
import { wholeAxis } from '../places.js';
import type { Value } from '../value.js';
import { reshape } from './reshaping.js';

/** Batch normalisation with running statistics; in training, with those of the batch, which update the running ones. */
function batchNormLayer(epsilon: number, momentum: number, always: boolean): WiredLayer {
  let training = always;
  return {
    forward([x, weight, bias, mean, variance]) {
      const running = { mean, variance };
      if (!training) return [batchNorm2d(x, running, { weight, bias, epsilon })];
      const batch = batchMoments(x);
      const [N, , H, W] = x.shape;
      if (x.backend !== null && !always) {
        updateRunningStatistics(running, batch, N * H * W, 1 - momentum);
      }
      return [batchNorm2d(x, batch, { weight, bias, epsilon, training: true })];
    },
    setTraining(on) {
      training = always || on;
    },
  };
}

function buildBatchNorm(node: NodeContext): Value[] {
  const { attributes } = node;
  const [x, ...perChannel] = [0, 1, 2, 3, 4].map((i) => node.input(i));
  const epsilon = attributes.float('epsilon', Math.fround(1e-5));
  const momentum = attributes.float('momentum', Math.fround(0.9));
  const always = attributes.int('training_mode', 0) === 1;
  if (attributes.int('spatial', 1) === 0) node.fail('unsupported spatial (got 0, expected 1)');
  attributes.ignore('is_test', 'consumed_inputs'); // of old opsets; setTraining decides instead
  const [N, C = 1, ...rest] = x.shape;
  const maps = reshape(node, x, x.shape.length === 4 ? x.shape : [N, C, numel(rest), 1]);
  const y = node.layer([maps, ...perChannel], batchNormLayer(epsilon, momentum, always));
  const result = reshape(node, y, x.shape);
  return node.outputCount > 1 && always
    ? [result, ...mixedStatistics(node, maps, momentum)]
    : [result];
}

/** Computes running mean and variance after one batch: momentum · running + (1 − momentum) · batch. */
function mixedStatistics(node: NodeContext, x: Value, momentum: number): Value[] {
  const { mean, squares } = deviationsOf(node, x, [0, 2, 3]);
  const variance = node.step([squares], ([s]) => reduce(s, { reduction: 'mean', axes: [0, 2, 3] }));
  return [mean, variance].map((moment, i) => {
    const perChannel = reshape(node, moment, [x.shape[1]]);
    return node.step([node.input(3 + i), perChannel], (both) =>
      weightedSum(both, [momentum, 1 - momentum]),
    );
  });
}

/** Computes the mean along some axes, x − mean, and the squares of x − mean. */
function deviationsOf(node: NodeContext, x: Value, axes: readonly number[]) {
  const mean = node.step([x], ([maps]) => reduce(maps, { reduction: 'mean', axes }));
  const centred = node.step([x, mean], ([maps, m]) => elementwise(maps, m, 'sub'));
  const squares = node.step([centred], ([d]) => elementwise(d, d, 'mul'));
  return { mean, centred, squares };
}

/** InstanceNormalization: (x − mean) / √(variance + epsilon) · scale + bias, with the statistics of each map. */
function buildInstanceNorm(node: NodeContext): Value {
  const [x, weight, bias] = [0, 1, 2].map((i) => node.input(i));
  const epsilon = node.known('float32', [], [node.attributes.float('epsilon', Math.fround(1e-5))]);
  const axes = wholeAxis(x.shape.length).slice(2);
  const perChannel = [x.shape[1], ...axes.map(() => 1)];
  const { centred, squares } = deviationsOf(node, x, axes);
  const variance = node.step([squares], ([s]) => reduce(s, { reduction: 'mean', axes }));
  const widened = node.step([variance, epsilon], ([v, e]) => elementwise(v, e, 'add'));
  const deviation = node.step([widened], ([v]) => pointwise(v, { name: 'sqrt' }));
  const unit = node.step([centred, deviation], ([d, s]) => elementwise(d, s, 'div'));
  const scaled = node.step([unit, reshape(node, weight, perChannel)], ([u, w]) =>
    elementwise(u, w, 'mul'),
  );
  return node.step([scaled, reshape(node, bias, perChannel)], ([s, b]) => elementwise(s, b, 'add'));
}

function buildLrn(node: NodeContext): Value {
  const { attributes } = node;
  const attrs = {
    size: attributes.int('size', 0),
    alpha: attributes.float('alpha', Math.fround(1e-4)),
    beta: attributes.float('beta', 0.75),
    k: attributes.float('bias', 1),
  };
  return node.step([node.input(0)], ([x]) => lrn(x, attrs));
}

/** Dropout in training, identity otherwise. */
function dropoutLayer(ratio: number): WiredLayer {
  let source: Rng | null = null;
  return {
    forward: ([x]) => [dropout(x, { ratio, rng: source })],
    setTraining(training, rng) {
      source = training ? (rng ?? null) : null;
    },
  };
}

function buildDropout(node: NodeContext): Value {
  const { attributes } = node;
  const ratio = node.opset < 12 ? attributes.float('ratio', 0.5) : node.number(1, 0.5);
  node.setting(2); // training_mode is not used: setTraining decides instead
  attributes.ignore('seed', 'is_test', 'consumed_inputs');
  const x = node.input(0);
  return ratio === 0 ? x : node.layer([x], dropoutLayer(ratio));
}

/** Normalisations and dropout. */
export const NORMALISATION: Operators = {
  BatchNormalization: { build: buildBatchNorm, frozen: [3, 4] },
  Dropout: { build: (node) => [buildDropout(node)], settings: [1, 2] },
  InstanceNormalization: { build: (node) => [buildInstanceNorm(node)] },
  LRN: { build: (node) => [buildLrn(node)] },
};
