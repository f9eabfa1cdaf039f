import assert from 'node:assert/strict';
import { noGrad } from '../../../src/autograd/no-grad.js';
import { FcnError } from '../../../src/core/errors.js';
import { createRng } from '../../../src/core/rng.js';
import { numel } from '../../../src/core/shape.js';
import { buildCaffeNetwork } from '../../../src/formats/caffe/build-network.js';
import { exportPrototxt, toNetParameter } from '../../../src/formats/caffe/export-network.js';
import { loadCaffeWeights } from '../../../src/formats/caffe/load-weights.js';
import { writeCaffeWeights } from '../../../src/formats/caffe/write-weights.js';
import { trace } from '../../../src/graph/trace.js';
import { memorySource } from '../../../src/io/byte-source.js';
import { readCaffeModel, readNetText } from '../../../src/io/caffe/read-files.js';
import type { NamedArrays } from '../../../src/core/named-arrays.js';
import type { ParameterHolder } from '../../../src/models/load-parameters.js';
import { createNetwork } from '../../../src/models/create-network.js';
import { resizeBilinear } from '../../../src/ops/resize-bilinear.js';
import { Tensor } from '../../../src/tensor/tensor.js';
import { normals } from '../../support/arbitraries.js';
import { reference32 } from '../../support/backends.js';
import { assertSameBits } from '../../support/close.js';
import { describedGraph } from '../../support/described-graph.js';
import { NETWORKS } from '../../plan/networks.js';

/** Parameters of a network in float32. */
function arraysOf(network: ParameterHolder): NamedArrays {
  return new Map(
    Array.from(network.parameters(), ([name, { shape, data }]) => {
      return [name, { shape, data: Float32Array.from(data) }];
    }),
  );
}

describe('networks in Caffe’s formats', () => {
  for (const [name, { spec }] of Object.entries(NETWORKS)) {
    it(`${name} is read back with the same graph and the same bits`, () => {
      const shape = [1, 3, 49, 70];
      const network = createNetwork(reference32, spec, { rng: createRng(7) });
      for (const [key, tensor] of network.parameters())
        if (key.endsWith('.bias')) tensor.data.fill(0.25);
      const text = exportPrototxt(network, shape, name);
      const weights = Buffer.concat(writeCaffeWeights(arraysOf(network)));
      const back = buildCaffeNetwork(readNetText(Buffer.from(text), 'written'), {
        maker: { backend: reference32, rng: null },
      });
      const { blobs } = readCaffeModel(memorySource(weights, 'written'));
      const report = loadCaffeWeights(back.network, blobs);
      assert.deepEqual([report.missing, report.ignored], [[], []]);
      assert.equal(back.name, name);
      assert.deepEqual(
        describedGraph(trace(back.network, shape)),
        describedGraph(trace(network, shape)),
      );
      const x = Tensor.from(reference32, normals(createRng(8), numel(shape)), shape);
      const [expected, results] = noGrad(() => [
        network.forward(x),
        back.network.run(new Map([['data', x]])),
      ]);
      assert.ok(expected.data.some((score) => score !== 0));
      assertSameBits(name, results.get('score')?.data ?? [], expected.data);
    });
  }

  it('describe the same network for an image of another size', () => {
    const { spec } = NETWORKS['FCN-8s of SqueezeNet'];
    const network = createNetwork(null, spec);
    const { network: back } = buildCaffeNetwork(toNetParameter(network, [1, 3, 64, 64]), {
      maker: { backend: null, rng: null },
      size: [96, 128],
    });
    const shape = [1, 3, 96, 128];
    assert.deepEqual(trace(back, shape).outputs[0].shape, trace(network, shape).outputs[0].shape);
  });

  it('are refused if Caffe has no such layer or cannot store a parameter', () => {
    const resized = { forward: (x: Tensor) => resizeBilinear(x, [9, 9], 'half-pixel') };
    assert.throws(
      () => toNetParameter({ ...resized, parameters: () => new Map() }, [1, 3, 4, 4]),
      (error) =>
        error instanceof FcnError && error.message.includes('(resizeBilinear): has no counterpart'),
    );
    for (const names of [['array'], ['bn.weight', 'bn.running_mean'], ['a.kernel']]) {
      const arrays = new Map(names.map((name) => [name, { shape: [1], data: Float32Array.of(1) }]));
      assert.throws(() => writeCaffeWeights(arrays), /a caffemodel cannot store/);
    }
  });
});
