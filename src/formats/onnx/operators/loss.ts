import { sameShape, showShape } from '../../../core/shape.js';
import { elementwise } from '../../../ops/elementwise.js';
import { pointwise } from '../../../ops/pointwise.js';
import { reduce } from '../../../ops/reduce.js';
import type { NodeContext } from '../node-context.js';
import type { Operators } from '../operator.js';
import { wholeAxis } from '../places.js';
import type { Value } from '../value.js';
import { logSoftmax } from './activation.js';
import { addWhere, addGatherElements, addGather } from './gather.js';
import { reshape } from './reshaping.js';

const CLASS_AXIS = 1;

/** Loss and weight of each label, both `[N, 1, …]`; weights are null if all are 1. */
interface Losses {
  readonly losses: Value;
  readonly weights: Value | null;
}

/**
 * Computes −weight[label] · log p[label] for every label, and 0 for ignored labels.
 *
 * @param x - Logarithms of probabilities, `[N, C, …]`. Input 1 holds the labels, `[N, …]`; input 2 the weights, `[C]`.
 */
function lossesOf(node: NodeContext, x: Value): Losses {
  const classes = x.shape[CLASS_AXIS];
  const [labels, perClass] = [node.input(1), node.optional(2)];
  const column = reshape(node, checkedLabels(node, x, labels), x.shape.with(CLASS_AXIS, 1));
  if (perClass && !sameShape(perClass.shape, [classes])) {
    node.fail(
      `input 2 (weight) has the wrong shape (got ${showShape(perClass.shape)}, expected [${String(classes)}])`,
    );
  }
  const zero = node.known(x.type, [], [0]);
  const ignored = node.attributes.has('ignore_index')
    ? equal(node, column, node.known(labels.type, [], [node.attributes.int('ignore_index', 0)]))
    : null;
  const unlessIgnored = (value: Value): Value =>
    ignored ? addWhere(node, [ignored, zero, value]) : value;
  const safe = unlessIgnored(column); // an ignored label may be out of range
  const picked = addGatherElements(node, x, safe, CLASS_AXIS);
  const losses = unlessIgnored(node.step([picked], ([p]) => pointwise(p, { name: 'neg' })));
  if (!perClass) return { losses, weights: ignored && equal(node, ignored, zero, x.type) };
  const weights = unlessIgnored(addGather(node, perClass, safe, 0));
  const weighted = node.step([losses, weights], ([l, w]) => elementwise(l, w, 'mul'));
  return { losses: weighted, weights };
}

function checkedLabels(node: NodeContext, { shape }: Value, labels: Value): Value {
  if (shape.length < 2) {
    node.fail(`input 0 (scores) has the wrong shape (got ${showShape(shape)}, expected [N, C, …])`);
  }
  const expected = shape.toSpliced(CLASS_AXIS, 1);
  if (sameShape(labels.shape, expected)) return labels;
  return node.fail(
    `input 1 (labels) has the wrong shape (got ${showShape(labels.shape)}, expected ${showShape(expected)})`,
  );
}

function equal(node: NodeContext, a: Value, b: Value, type: Value['type'] = 'bool'): Value {
  return node.step([a, b], ([x, y]) => elementwise(x, y, 'equal'), type);
}

/** Adds the loss with the node's reduction: per label, summed, or averaged by weight. */
function buildLoss(node: NodeContext, x: Value): Value {
  const { losses, weights } = lossesOf(node, x);
  const reduction = node.attributes.text('reduction', 'mean');
  switch (reduction) {
    case 'none':
      return reshape(node, losses, node.input(1).shape);
    case 'sum':
      return total(node, losses);
    case 'mean': {
      const count = weights ?? node.filled(x.type, losses.shape, 1);
      const both = [total(node, losses), total(node, count)];
      return node.step(both, ([sum, divisor]) => elementwise(sum, divisor, 'div'));
    }
    default:
      return node.fail(`unsupported reduction (got ${reduction}, expected none, sum or mean)`);
  }
}

/** Sums axis by axis, from the last to the first, so that each term is rounded few times. */
function total(node: NodeContext, x: Value): Value {
  const sum = wholeAxis(x.shape.length).reduceRight(
    (part, axis) =>
      node.step([part], ([terms]) => reduce(terms, { reduction: 'sum', axes: [axis] })),
    x,
  );
  return reshape(node, sum, []);
}

/** Classification losses. Their labels and class weights are never learned. */
export const LOSS: Operators = {
  NegativeLogLikelihoodLoss: {
    build: (node) => [buildLoss(node, node.input(0))],
    frozen: [1, 2],
  },
  SoftmaxCrossEntropyLoss: {
    build(node) {
      const logProbabilities = logSoftmax(node, node.input(0), [CLASS_AXIS]);
      return [buildLoss(node, logProbabilities), logProbabilities];
    },
    frozen: [1, 2],
  },
};
