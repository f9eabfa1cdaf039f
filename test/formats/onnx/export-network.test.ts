import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { noGrad } from '../../../src/autograd/no-grad.js';
import type { Backend } from '../../../src/backend/backend.js';
import { FcnError } from '../../../src/core/errors.js';
import { createRng } from '../../../src/core/rng.js';
import { numel, type Shape } from '../../../src/core/shape.js';
import { exportOnnx } from '../../../src/formats/onnx/export-network.js';
import { OnnxNetwork } from '../../../src/formats/onnx/onnx-network.js';
import { trace, type Graph } from '../../../src/graph/trace.js';
import { readOnnx } from '../../../src/io/onnx/read-model.js';
import { createNetwork } from '../../../src/models/create-network.js';
import type { Module } from '../../../src/nn/module.js';
import { avgPool2d } from '../../../src/ops/avg-pool2d.js';
import { batchNorm2d } from '../../../src/ops/batch-norm2d.js';
import { elementwise } from '../../../src/ops/elementwise.js';
import { channelScale } from '../../../src/ops/channel-scale.js';
import { concat } from '../../../src/ops/concat.js';
import { dropout } from '../../../src/ops/dropout.js';
import { gatherElements } from '../../../src/ops/gather-elements.js';
import { linear } from '../../../src/ops/linear.js';
import { lrn } from '../../../src/ops/lrn.js';
import { maximum } from '../../../src/ops/maximum.js';
import { maxPool2d } from '../../../src/ops/max-pool2d.js';
import { pointwise } from '../../../src/ops/pointwise.js';
import { poolNd } from '../../../src/ops/pool-nd.js';
import { takeElements } from '../../../src/ops/take-elements.js';
import { reduce } from '../../../src/ops/reduce.js';
import { reshape } from '../../../src/ops/reshape.js';
import { resizeBilinear } from '../../../src/ops/resize-bilinear.js';
import { sigmoid } from '../../../src/ops/sigmoid.js';
import { softmax } from '../../../src/ops/softmax.js';
import { weightedSum } from '../../../src/ops/weighted-sum.js';
import { where } from '../../../src/ops/where.js';
import { Tensor } from '../../../src/tensor/tensor.js';
import { normals } from '../../support/arbitraries.js';
import { reference32, wasmBackend } from '../../support/backends.js';
import { assertClose, assertSameBits } from '../../support/close.js';
import { onnxruntime } from '../../support/onnxruntime.js';
import { NETWORKS } from '../../plan/networks.js';
import { skip } from '../../support/skip.js';

/** Tolerance for another order of summation in float32, over some twenty layers. */
const ONNXRUNTIME_TOLERANCE = 1e-5;

/** Reads a written network back, as a module. */
function readBack(pieces: readonly Uint8Array[], backend: Backend | null): Module {
  const network = new OnnxNetwork(readOnnx(Buffer.concat(pieces)), backend);
  return {
    forward(x) {
      const [result] = network.run(new Map([[network.inputs[0], x]])).values();
      return result;
    },
    parameters: () => network.parameters(),
  };
}

/**
 * Describes a graph for comparison, with attributes as float32, which ONNX stores. Channel scales are left out: ONNX
 * writes them as several nodes.
 */
function described({ nodes }: Graph): unknown[] {
  return nodes
    .filter(({ op }) => op !== 'channelScale' && op !== 'reshape')
    .map(({ op, name, attrs, shape, inputs }) => ({
      ...{ op, name, shape, inputs: inputs.map((input) => input.name) },
      attrs: JSON.parse(JSON.stringify(attrs), (_, value: unknown) =>
        typeof value === 'number' ? Math.fround(value) : value,
      ) as unknown,
    }));
}

function inputOf(backend: Backend, shape: Shape): Tensor {
  return Tensor.from(backend, normals(createRng(4), numel(shape)), shape);
}

/** 1 if x ≥ y, else 0, element by element. */
function isLarger(x: Tensor, y: Tensor): Tensor {
  return elementwise(x, maximum([x, y]), 'equal');
}

/** Ops that this library's FCNs do not use. */
const OTHERS: Readonly<Record<string, (x: Tensor, w: (...shape: number[]) => Tensor) => Tensor>> = {
  avgPool2d: (x) => avgPool2d(x, { kernelSize: 3, stride: 2, padding: 1 }),
  batchNorm2d: (x, w) => batchNorm2d(x, { mean: w(2), variance: w(2) }, { bias: w(2) }),
  elementwise: (x, w) => elementwise(x, w(2, 1, 1), 'sub'),
  channelScale: (x, w) => channelScale(x, w(2), w(2)),
  concat: (x) => concat([x, x], 2),
  equal: (x, w) => isLarger(x, w(1, 2, 5, 6)),
  gatherElements: (x, w) => gatherElements(x, isLarger(x, w(1, 2, 5, 6)), 1),
  linear: (x, w) => linear(x, w(3, 60), w(3)),
  lrn: (x) => lrn(x, { size: 3, alpha: 0.5, beta: 0.75, k: 2 }),
  maximum: (x, w) => maximum([x, w(1, 2, 5, 6)]),
  maxPool2d: (x) => maxPool2d(x, { kernelSize: 2, stride: 2 }),
  pointwise: (x) => pointwise(x, { name: 'clip', a: -0.5, b: 0.75 }),
  poolNd: (x) =>
    poolNd(x, {
      ...{ kind: 'max', rounding: 'floor', kernelSize: [2, 2], stride: [2, 1], dilation: [1, 2] },
      ...{ before: [0, 1], after: [1, 0] },
    }),
  takeElements: (x) =>
    takeElements(x, {
      tables: [
        [0, -1, 7],
        [1, 0],
      ],
      fill: 3,
    }),
  reduce: (x) => reduce(x, { reduction: 'mean', axes: [2, 3] }),
  reshape: (x) => reshape(x, [1, 6, 10]),
  resizeBilinear: (x) => resizeBilinear(x, [9, 11], 'half-pixel'),
  sigmoid: (x) => sigmoid(x),
  softmax: (x) => softmax(x),
  weightedSum: (x, w) => weightedSum([x, w(1, 2, 5, 6)], [1, -0.25]),
  where: (x, w) => where(isLarger(x, w(1, 2, 5, 6)), x, w(1, 2, 5, 6)),
};

/** Network of one op; its weights are made once. */
function networkOf(name: string, backend: Backend): Module {
  const parameters = new Map<string, Tensor>();
  const rng = createRng(8);
  let count = 0;
  const parameter = (...shape: number[]): Tensor => {
    const key = `w${String(count++)}`;
    const known = parameters.get(key);
    if (known) return known;
    const values = normals(rng, numel(shape)).map((value) => 0.5 + Math.abs(value));
    const made = Tensor.from(backend, values, shape, { requiresGrad: true, name: key });
    parameters.set(key, made);
    return made;
  };
  const model: Module = {
    forward(x) {
      count = 0;
      return OTHERS[name](x, parameter);
    },
    parameters: () => parameters,
  };
  model.forward(Tensor.dry([1, 2, 5, 6])); // makes the weights
  return model;
}

describe('export to ONNX', () => {
  for (const [name, { spec, H, W }] of Object.entries(NETWORKS)) {
    it(`${name} is read back with the same graph and the same bits`, async () => {
      const backend = await wasmBackend();
      const mark = backend.mark();
      const model = createNetwork(backend, spec, { rng: createRng(3) });
      const shape = [1, 3, H, W];
      const copy = readBack(exportOnnx(model, shape), backend);
      assert.deepEqual(described(trace(copy, shape)), described(trace(model, shape)));
      const x = inputOf(backend, shape);
      const [expected, got] = noGrad(() => [model.forward(x), copy.forward(x)]);
      assertSameBits('scores', got.data, expected.data);
      assert.deepEqual([...copy.parameters().keys()].sort(), [...model.parameters().keys()].sort());
      backend.release(mark);
    });
  }

  for (const name of Object.keys(OTHERS)) {
    it(`${name} is read back with the same bits`, () => {
      const model = networkOf(name, reference32);
      const shape = [1, 2, 5, 6];
      const copy = readBack(exportOnnx(model, shape), reference32);
      const x = inputOf(reference32, shape);
      const [expected, got] = noGrad(() => [model.forward(x), copy.forward(x)]);
      assert.deepEqual(got.shape, expected.shape);
      assertSameBits(name, got.data, expected.data);
    });
  }

  it('gives files for which onnxruntime computes the same, for every network and op', async function () {
    this.timeout(120_000);
    const compute = await onnxruntime(this);
    const backend = await wasmBackend();
    const compare = async (name: string, model: Module, shape: Shape): Promise<void> => {
      const file = new Uint8Array(Buffer.concat(exportOnnx(model, shape)));
      const x = inputOf(backend, shape);
      const [got] = Object.values(await compute(file, { shape, data: Float32Array.from(x.data) }));
      const expected = noGrad(() => model.forward(x));
      assert.deepEqual(got.dims, expected.shape, name);
      assertClose(name, got.data, expected.data, ONNXRUNTIME_TOLERANCE);
    };
    for (const [name, { spec, H, W }] of Object.entries(NETWORKS)) {
      const mark = backend.mark();
      const model = createNetwork(backend, spec, { rng: createRng(3) });
      await compare(name, model, [1, 3, H, W]);
      backend.release(mark);
    }
    for (const name of Object.keys(OTHERS)) {
      const mark = backend.mark();
      await compare(name, networkOf(name, backend), [1, 2, 5, 6]);
      backend.release(mark);
    }
  });

  it('refuses dropout in training, and a network without nodes', () => {
    const model: Module = {
      forward: (x) => dropout(x, { ratio: 0.5, rng: createRng(1) }),
      parameters: () => new Map(),
    };
    assert.throws(() => exportOnnx(model, [1, 2, 5, 6]), FcnError);
    const nothing: Module = { forward: (x) => x, parameters: () => new Map() };
    assert.throws(() => exportOnnx(nothing, [1, 2, 5, 6]), FcnError);
  });

  it("passes ONNX's own checker, shapes included (Debian's python3-onnx)", function () {
    this.timeout(60_000);
    const python = '/usr/bin/python3';
    try {
      execFileSync(python, ['-c', 'import onnx'], { stdio: 'ignore' });
    } catch {
      skip(this, 'the Debian package python3-onnx is not installed');
    }
    const folder = mkdtempSync(join(tmpdir(), 'fcn-onnx-'));
    try {
      Object.values(NETWORKS).forEach(({ spec, H, W }, i) => {
        const fcn = createNetwork(reference32, spec, { rng: createRng(3) });
        const pieces = exportOnnx(fcn, [1, 3, H, W]);
        writeFileSync(join(folder, `network-${String(i)}.onnx`), Buffer.concat(pieces));
      });
      for (const name of Object.keys(OTHERS)) {
        const pieces = exportOnnx(networkOf(name, reference32), [1, 2, 5, 6]);
        writeFileSync(join(folder, `${name}.onnx`), Buffer.concat(pieces));
      }
      const script =
        'import glob, onnx, sys\n' +
        'files = glob.glob(sys.argv[1] + "/*.onnx")\n' +
        'for f in files:\n' +
        '  m = onnx.load(f)\n' +
        '  onnx.checker.check_model(m, full_check=True)\n' +
        '  onnx.shape_inference.infer_shapes(m, check_type=True, strict_mode=True)\n' +
        'print(len(files))';
      const checked = execFileSync(python, ['-c', script, folder], { encoding: 'utf8' });
      assert.equal(Number(checked), Object.keys({ ...OTHERS, ...NETWORKS }).length);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
