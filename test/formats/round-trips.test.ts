/** Conversion between every pair of formats and back, as promised in docs/formats.md. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openNetwork } from '../../src/open/open-network.js';
import { noGrad } from '../../src/autograd/no-grad.js';
import type { NamedArray, NamedArrays } from '../../src/core/named-arrays.js';
import { createRng } from '../../src/core/rng.js';
import { numel, type Shape } from '../../src/core/shape.js';
import { buildCaffeNetwork } from '../../src/formats/caffe/build-network.js';
import { exportPrototxt } from '../../src/formats/caffe/export-network.js';
import { exportOnnx, toOnnx } from '../../src/formats/onnx/export-network.js';
import { OnnxNetwork } from '../../src/formats/onnx/onnx-network.js';
import { openWeights } from '../../src/formats/open-weights.js';
import { saveWeights } from '../../src/formats/save-weights.js';
import { SAVED_FORMATS } from '../../src/formats/saved-formats.js';
import { trace } from '../../src/graph/trace.js';
import { writeFileAtomic } from '../../src/io/atomic-file.js';
import { readNetText } from '../../src/io/caffe/read-files.js';
import { readOnnx } from '../../src/io/onnx/read-model.js';
import { writeOnnx } from '../../src/io/onnx/write-model.js';
import { createNetwork } from '../../src/models/create-network.js';
import { loadParameters } from '../../src/models/load-parameters.js';
import type { Module } from '../../src/nn/module.js';
import { asNetwork, type Network } from '../../src/nn/network.js';
import { batchNorm2d } from '../../src/ops/batch-norm2d.js';
import { conv2d } from '../../src/ops/conv2d.js';
import { convTranspose2d } from '../../src/ops/conv-transpose2d.js';
import { linear } from '../../src/ops/linear.js';
import { Tensor } from '../../src/tensor/tensor.js';
import { scratchFolder } from '../cli/run-cli.js';
import { NETWORKS } from '../plan/networks.js';
import { normals } from '../support/arbitraries.js';
import { reference32, wasmBackend } from '../support/backends.js';
import { assertSameBits } from '../support/close.js';
import { describedGraph } from '../support/described-graph.js';
import { assertSameArrays } from '../support/weight-files.js';

const SHAPE: Shape = [1, 3, 5, 6];

/** Shapes of the weights of a network with every kind of layer that has weights. */
const SHAPES: Readonly<Record<string, Shape>> = {
  'conv1_1.weight': [4, 3, 3, 3],
  'conv1_1.bias': [4],
  'bn1.weight': [4],
  'bn1.bias': [4],
  'bn1.running_mean': [4],
  'bn1.running_var': [4],
  'upscore2.weight': [4, 2, 4, 4],
  'fc.weight': [3, 240],
  'fc.bias': [3],
};

/** Numbers that a careless conversion loses: −0, the smallest and largest float32, infinity, NaN. */
const ODD = [-0, 1e-45, -3.4028234663852886e38, Infinity, NaN];

function oddWeights(): NamedArrays {
  const rng = createRng(5);
  return new Map(
    Object.entries(SHAPES).map(([name, shape]): [string, NamedArray] => {
      const data = Float32Array.from(normals(rng, numel(shape)));
      ODD.slice(0, data.length).forEach((value, i) => (data[i] = value));
      return [name, { shape, data }];
    }),
  );
}

/** Builds a network that uses these weights. */
function networkOf(arrays: NamedArrays): Module {
  const parameters = new Map(
    Array.from(arrays, ([name, { shape, data }]) => {
      return [name, Tensor.from(reference32, data, shape)] as const;
    }),
  );
  const at = (name: string): Tensor => parameters.get(name) ?? assert.fail(name);
  return {
    parameters: () => parameters,
    forward(x) {
      const map = conv2d(x, at('conv1_1.weight'), at('conv1_1.bias'), { padding: 1 });
      const statistics = { mean: at('bn1.running_mean'), variance: at('bn1.running_var') };
      const affine = { weight: at('bn1.weight'), bias: at('bn1.bias') };
      const y = batchNorm2d(map, statistics, affine);
      const up = convTranspose2d(y, at('upscore2.weight'), null, { stride: 2, padding: 1 });
      return linear(up, at('fc.weight'), at('fc.bias'));
    },
  };
}

/** Writers of weights by format; `onnx` writes them with their network. */
const WRITERS: Readonly<Record<string, (path: string, arrays: NamedArrays) => Promise<unknown>>> = {
  ...Object.fromEntries(
    SAVED_FORMATS.map((format) => [
      format,
      (path: string, arrays: NamedArrays) => saveWeights(path, { arrays }, { format }),
    ]),
  ),
  onnx: (path, arrays) => writeFileAtomic(path, exportOnnx(networkOf(arrays), SHAPE)),
};

/** Formats that hold several arrays. */
const MANY = Object.keys(WRITERS).filter((format) => format !== 'npy');

describe('weights from one format to another and back', function () {
  this.timeout(60_000);
  const folder = scratchFolder();

  async function through(format: string, arrays: NamedArrays): Promise<NamedArrays> {
    const path = join(folder.path, `weights.${format}`);
    await WRITERS[format](path, arrays);
    return openWeights(path).arrays;
  }

  for (const first of MANY) {
    for (const second of MANY) {
      it(`${first} → ${second} → ${first}: the same names, shapes and bits`, async () => {
        const weights = oddWeights();
        const there = await through(first, weights);
        assertSameArrays(there, weights);
        const back = await through(first, await through(second, there));
        assertSameArrays(back, weights);
      });
    }
  }

  for (const format of MANY.filter((name) => name !== 'onnx')) {
    it(`${format} → npy → ${format}: one array, named "array"`, async () => {
      const { shape, data } = oddWeights().get('upscore2.weight') ?? assert.fail('upscore2');
      const there = await through(format, new Map([['a.weight', { shape, data }]]));
      const [[name, array], ...others] = await through('npy', there);
      assert.deepEqual([name, others], ['array', []]);
      const back = await through(format, new Map([['a.weight', array]]));
      assertSameArrays(back, new Map([['a.weight', { shape, data }]]));
    });
  }

  it('fill a network of a prototxt from every format', async () => {
    const weights = oddWeights();
    const net = join(folder.path, 'net.prototxt');
    writeFileSync(net, exportPrototxt(networkOf(weights), SHAPE));
    const backend = await wasmBackend();
    for (const format of MANY) {
      const path = join(folder.path, `weights.${format}`);
      await WRITERS[format](path, weights);
      using opened = await openNetwork(net, { weights: path });
      const mark = backend.mark();
      const { network, notes } = opened.build(backend, new Map([['data', SHAPE]]));
      assert.deepEqual(notes, [], format);
      const mean = network.parameters().get('bn1:statistics.running_mean');
      assert.deepEqual(mean?.data, weights.get('bn1.running_mean')?.data, format);
      assert.deepEqual(network.parameters().get('bn1:statistics.running_count')?.data[0], 1);
      assert.deepEqual(
        network.parameters().get('fc.weight')?.data,
        weights.get('fc.weight')?.data,
        format,
      );
      backend.release(mark);
    }
  });
});

/** Functions that write a network to each format and read it back. */
const NETWORK_FORMATS: Readonly<
  Record<string, (network: Module | Network, shape: Shape) => Network>
> = {
  prototxt(network, shape) {
    const text = exportPrototxt(network, shape);
    const back = buildCaffeNetwork(readNetText(Buffer.from(text), 'written'), {
      maker: { backend: reference32, rng: null },
    }).network;
    const arrays = Array.from(network.parameters(), ([name, { shape: extents, data }]) => {
      return [name, { shape: extents, data: Float32Array.from(data) }] as const;
    });
    loadParameters(back, new Map(arrays));
    return back;
  },
  onnx(network, shape) {
    const file = writeOnnx(toOnnx(trace(network, shape), network.parameters()));
    return new OnnxNetwork(readOnnx(Buffer.concat(file), 'written'), reference32);
  },
};

/** Computes the scores of a network for one image. */
function scoresOf(model: Module | Network, shape: Shape): ArrayLike<number> {
  const network = asNetwork(model);
  const x = Tensor.from(reference32, normals(createRng(8), numel(shape)), shape);
  const [scores] = noGrad(() => network.run(new Map([[network.inputs[0], x]]))).values();
  return scores.data;
}

/** Networks with a channel scale, which ONNX writes as Mul of two arrays: another graph with the same bits. */
const OTHERWISE_IN_ONNX: readonly string[] = ['FCN-8s of VGG16, pad 1, learned at once'];

describe('networks from one format to another and back', function () {
  this.timeout(60_000);

  for (const first of Object.keys(NETWORK_FORMATS)) {
    for (const second of Object.keys(NETWORK_FORMATS)) {
      for (const [name, { spec, H, W }] of Object.entries(NETWORKS)) {
        const ways = [first, second, first];
        const isSame = !OTHERWISE_IN_ONNX.includes(name) || !ways.includes('onnx');
        it(`${name}: ${ways.join(' → ')}: the same ${isSame ? 'graph' : 'bits'}`, () => {
          const shape = [1, 3, H, W];
          const network = createNetwork(reference32, spec, { rng: createRng(7) });
          const expected = describedGraph(trace(network, shape));
          let latest: Module | Network = network;
          for (const format of ways) {
            latest = NETWORK_FORMATS[format](latest, shape);
            if (isSame) assert.deepEqual(describedGraph(trace(latest, shape)), expected, format);
          }
          assertSameBits(name, scoresOf(latest, shape), scoresOf(network, shape));
        });
      }
    }
  }
});
