import assert from 'node:assert/strict';
import { noGrad } from '../../../src/autograd/no-grad.js';
import { createRng } from '../../../src/core/rng.js';
import { numel } from '../../../src/core/shape.js';
import { buildCaffeNetwork } from '../../../src/formats/caffe/build-network.js';
import { exportPrototxt } from '../../../src/formats/caffe/export-network.js';
import { CAFFE_EXPORT_RULES } from '../../../src/formats/caffe/export-rules.js';
import { loadCaffeWeights } from '../../../src/formats/caffe/load-weights.js';
import { writeCaffeWeights } from '../../../src/formats/caffe/write-weights.js';
import { trace } from '../../../src/graph/trace.js';
import { memorySource } from '../../../src/io/byte-source.js';
import { readCaffeModel, readNetText } from '../../../src/io/caffe/read-files.js';
import { accuracy } from '../../../src/ops/accuracy.js';
import { avgPool2d } from '../../../src/ops/avg-pool2d.js';
import { batchNorm2d } from '../../../src/ops/batch-norm2d.js';
import { bestChannels } from '../../../src/ops/best-channels.js';
import { elementwise } from '../../../src/ops/elementwise.js';
import { channelScale } from '../../../src/ops/channel-scale.js';
import { concat } from '../../../src/ops/concat.js';
import { linear } from '../../../src/ops/linear.js';
import { maximum } from '../../../src/ops/maximum.js';
import { pointwise } from '../../../src/ops/pointwise.js';
import { poolNd } from '../../../src/ops/pool-nd.js';
import { takeElements } from '../../../src/ops/take-elements.js';
import { reduce } from '../../../src/ops/reduce.js';
import { reshape } from '../../../src/ops/reshape.js';
import { slice } from '../../../src/ops/slice.js';
import { softmaxCrossEntropy } from '../../../src/ops/softmax-cross-entropy.js';
import { weightedSum } from '../../../src/ops/weighted-sum.js';
import { Tensor } from '../../../src/tensor/tensor.js';
import { normals } from '../../support/arbitraries.js';
import { reference32 } from '../../support/backends.js';
import { assertClose, assertSameBits } from '../../support/close.js';
import { describedGraph } from '../../support/described-graph.js';
import {
  pointwiseOf,
  labelsOf,
  named,
  networkOf,
  POOL,
  SHAPE,
  type Forward,
} from './one-op-network.js';

/** Cases that are read back with the same graph and the same names. */
const SAME: Readonly<Record<string, Forward>> = {
  accuracy: (x) => accuracy(x, labelsOf(x), { topK: 2, ignoreIndex: NaN, per: 'all' }),
  'accuracy of each class': (x) =>
    accuracy(x, labelsOf(x), { topK: 1, ignoreIndex: 1, per: 'class' }),
  avgPool2d: (x) => avgPool2d(x, { kernelSize: 3, stride: 2, padding: 1 }),
  'batchNorm2d without factors': (x, w) =>
    named(
      'bn',
      batchNorm2d(
        x,
        { mean: w('bn.running_mean', 4), variance: w('bn.running_var', 4) },
        { epsilon: 0.0009765625 },
      ),
    ),
  bestChannels: (x) => bestChannels(x, { count: 2, give: 'value' }),
  channelScale: (x, w) => channelScale(x, w('s.weight', 4), w('s.bias', 4)),
  'channelScale with computed factors': (x) =>
    channelScale(x, reshape(slice(slice(x, 2, 0, 1), 3, 0, 1), [4])),
  clip: pointwiseOf({ name: 'clip', a: -0.5, b: 0.75 }),
  'concat along rows': (x) => concat([x, x], 2),
  elu: pointwiseOf({ name: 'elu', a: 0.25 }),
  exp: pointwiseOf({ name: 'exp' }),
  affine: pointwiseOf({ name: 'affine', a: 0.5, b: 2 }),
  leakyRelu: pointwiseOf({ name: 'leakyRelu', a: 0.125 }),
  power: pointwiseOf({ name: 'power', a: 3 }),
  softplus: pointwiseOf({ name: 'softplus' }),
  step: pointwiseOf({ name: 'step', a: 0.25 }),
  swish: pointwiseOf({ name: 'swish', a: 1.5 }),
  tanh: pointwiseOf({ name: 'tanh' }),
  linear: (x, w) => linear(x, w('fc.weight', 5, 192), w('fc.bias', 5)),
  'maximum of three': (x) => maximum([x, pointwise(x, { name: 'exp' }), x]),
  'prelu of channels': (x, w) =>
    named('slope', elementwise(x, reshape(w('slope.weight', 4), [4, 1, 1]), 'prelu')),
  'prelu of one slope': (x, w) => named('slope', elementwise(x, w('slope.weight'), 'prelu')),
  'a bias per channel': (x, w) =>
    named('b', elementwise(x, reshape(w('b.bias', 4), [4, 1, 1]), 'add')),
  'a bias per row and column': (x, w) => named('b', elementwise(x, w('b.bias', 6, 8), 'add')),
  reshape: (x) => reshape(x, [1, 8, 3, 8]),
  'reshape to another rank': (x) => reshape(x, [4, 48]),
  'slice at the start': (x) => slice(x, 1, 0, 3),
  'slice in the middle': (x) => slice(x, 2, 2, 3),
  'slice at the end': (x) => slice(x, 3, 7, 1),
  'two slices': (x) => concat([slice(x, 1, 2, 2), slice(x, 1, 0, 2)], 1),
  softmaxCrossEntropy: (x) =>
    softmaxCrossEntropy(x, labelsOf(x), { ignoreIndex: 1, normalization: 'full' }),
};

/** Cases that are read back with another graph, but the same bits. */
const OTHERWISE: Readonly<Record<string, Forward>> = {
  batchNorm2d: (x, w) =>
    batchNorm2d(
      x,
      { mean: w('bn.running_mean', 4), variance: w('bn.running_var', 4) },
      { weight: w('bn.weight', 4), bias: w('bn.bias', 4) },
    ),
  'batchNorm2d with bias only': (x, w) =>
    batchNorm2d(
      x,
      { mean: w('bn.running_mean', 4), variance: w('bn.running_var', 4) },
      { bias: w('bn.bias', 4) },
    ),
  'batchNorm2d of sums': (x, w) =>
    batchNorm2d(x, {
      mean: weightedSum([w('bn.running_mean', 4)], [1]),
      variance: weightedSum([w('bn.running_var', 4)], [1]),
    }),
  'batchNorm2d of sums with a count': (x, w) => {
    const factor = 1 / w('bn.running_count', 1).data[0];
    return batchNorm2d(x, {
      mean: weightedSum([w('bn.running_mean', 4)], [factor]),
      variance: weightedSum([w('bn.running_var', 4)], [factor]),
    });
  },
  abs: pointwiseOf({ name: 'abs' }),
  neg: pointwiseOf({ name: 'neg' }),
  'a sum of one': (x) => weightedSum([x], [0.1]),
  'a difference of maps': (x) => elementwise(x, pointwise(x, { name: 'tanh' }), 'sub'),
  'computed factors': (x) => elementwise(x, avgPool2d(x, { kernelSize: [6, 8] }), 'mul'),
  'a computed bias': (x) => elementwise(slice(slice(x, 2, 0, 1), 3, 0, 1), x, 'add'),
  hardSigmoid: pointwiseOf({ name: 'hardSigmoid', a: 0.25, b: 0.5 }),
  'maxima of windows': (x) => poolNd(x, { ...POOL, kind: 'max' }),
  'indices of maxima': (x) => poolNd(x, { ...POOL, kind: 'maxPlaceInMap' }),
  'averages of windows': (x) => poolNd(x, { ...POOL, kind: 'averageWithBorder' }),
  'index of the last maximum': (x) => reduce(x, { reduction: 'argMaxLast', axes: [1] }),
  'numbers in another shape': (x) =>
    takeElements(x, { tables: [[0], [0, 48, 96, 144], Array.from({ length: 48 }, (_, i) => i)] }),
  'rows in the middle': (x) =>
    takeElements(x, {
      tables: [[0], [0, 48, 96, 144], [8, 16, 24], [0, 1, 2, 3, 4, 5, 6, 7]],
    }),
};

/** Cases that Caffe's layers round differently: 1/6 as a scale, square root and reciprocal as powers. */
const NEAR: Readonly<Record<string, Forward>> = {
  hardSwish: pointwiseOf({ name: 'hardSwish' }),
  reciprocal: pointwiseOf({ name: 'reciprocal' }),
  sqrt: (x) => pointwise(pointwise(x, { name: 'exp' }), { name: 'sqrt' }),
  log: (x) => pointwise(pointwise(x, { name: 'exp' }), { name: 'log' }),
};

/** Two more roundings, relative to the largest number. */
const NEAR_TOLERANCE = 2 ** -22;

/** Writes a network and its weights, reads both back, and compares the bits, and the graphs if they must be equal. */
function checkRoundTrip(forward: Forward, isSameGraph: boolean, tolerance = 0): void {
  const network = networkOf(forward);
  const text = exportPrototxt(network, SHAPE);
  const arrays = Array.from(network.parameters(), ([name, { shape, data }]) => {
    return [name, { shape, data: Float32Array.from(data) }] as const;
  });
  const { network: back } = buildCaffeNetwork(readNetText(Buffer.from(text), 'written'), {
    maker: { backend: reference32, rng: null },
  });
  const weights = Buffer.concat(writeCaffeWeights(new Map(arrays)));
  const { blobs } = readCaffeModel(memorySource(weights, 'written'));
  const { missing, ignored } = loadCaffeWeights(back, blobs);
  assert.deepEqual([missing, ignored], [[], []]);
  if (isSameGraph) {
    assert.deepEqual(describedGraph(trace(back, SHAPE)), describedGraph(trace(network, SHAPE)));
  }
  const x = Tensor.from(reference32, normals(createRng(8), numel(SHAPE)), SHAPE);
  const expected = noGrad(() => network.forward(x));
  const results = noGrad(() => back.run(new Map([['data', x]])));
  assert.equal(results.size, 1, [...results.keys()].join());
  const [result] = results.values();
  assert.deepEqual(result.shape, expected.shape);
  if (tolerance > 0) assertClose('read back', result.data, expected.data, tolerance);
  else assertSameBits('read back', result.data, expected.data);
}

describe('ops as Caffe layers', () => {
  for (const [name, forward] of Object.entries(SAME)) {
    it(`${name}: read back with the same graph`, () => {
      checkRoundTrip(forward, true);
    });
  }
  for (const [name, forward] of Object.entries(OTHERWISE)) {
    it(`${name}: read back with the same bits`, () => {
      checkRoundTrip(forward, false);
    });
  }
  for (const [name, forward] of Object.entries(NEAR)) {
    it(`${name}: read back with the same numbers except for rounding`, () => {
      checkRoundTrip(forward, false, NEAR_TOLERANCE);
    });
  }
  it('cover every op with an export rule', () => {
    const tested = [SAME, OTHERWISE].flatMap((cases) =>
      Object.values(cases).flatMap((forward) =>
        trace(networkOf(forward), SHAPE).nodes.map(({ op }) => op),
      ),
    );
    const others = [
      'conv2d',
      'convTranspose2d',
      'crop',
      'lrn',
      'maxPool2d',
      'multiply',
      'relu',
      'sigmoid',
      'softmax',
      'add',
    ];
    const untested = [...CAFFE_EXPORT_RULES.keys()]
      .map(({ name }) => name)
      .filter((op) => !tested.includes(op));
    assert.deepEqual(
      untested.filter((op) => !others.includes(op)),
      [],
    );
  });
});
