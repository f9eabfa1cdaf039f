import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { backward } from '../../../src/autograd/backward.js';
import { noGrad } from '../../../src/autograd/no-grad.js';
import type { Backend } from '../../../src/backend/backend.js';
import { ShapeError } from '../../../src/core/errors.js';
import { createRng } from '../../../src/core/rng.js';
import { numel } from '../../../src/core/shape.js';
import { OnnxNetwork } from '../../../src/formats/onnx/onnx-network.js';
import { openOnnxNetwork } from '../../../src/formats/onnx/open-network.js';
import { trace } from '../../../src/graph/trace.js';
import { readOnnx } from '../../../src/io/onnx/read-model.js';
import { readSafetensors } from '../../../src/io/safetensors.js';
import type { Module } from '../../../src/nn/module.js';
import { compile } from '../../../src/plan/compile.js';
import { Tensor } from '../../../src/tensor/tensor.js';
import { normals } from '../../support/arbitraries.js';
import { reference32, reference64, wasmBackend } from '../../support/backends.js';
import { assertClose, assertSameBits, assertWithin } from '../../support/close.js';
import { fixture } from '../../support/fixtures.js';
import { bytesOf, floats, ints, modelOf, nodeOf } from '../../support/onnx-model.js';
import { onnxruntime } from '../../support/onnxruntime.js';
import { sharedFile } from '../../support/shared.js';

/** Tolerance for float32 against float64, with a few hundred terms per sum and a dozen layers. */
const TOLERANCE = 1e-5;

const golden = readSafetensors(fixture('onnx/fcn-narrow.safetensors'), 'fcn-narrow').arrays;

function goldenArray(name: string) {
  const array = golden.get(name);
  assert.ok(array, name);
  return array;
}

async function open(name: string, backend: Backend | null): Promise<OnnxNetwork> {
  return openOnnxNetwork(fixture(`onnx/${name}.onnx`), { backend });
}

/** Wraps one output of a network with one input as a module. */
function moduleOf(network: OnnxNetwork, output: string): Module {
  return {
    forward(x) {
      const result = network.run(new Map([[network.inputs[0], x]])).get(output);
      assert.ok(result);
      return result;
    },
    parameters: () => network.parameters(),
    setTraining: (training, rng) => network.setTraining(training, rng),
  };
}

describe('an FCN exported by torch', () => {
  for (const name of ['fcn-narrow-11', 'fcn-narrow-12', 'fcn-narrow-training']) {
    it(`${name} computes what torch computes, both heads, at two sizes`, async () => {
      for (const backend of [reference32, await wasmBackend()]) {
        const mark = backend.mark();
        const network = await open(name, backend);
        for (const i of ['0', '1']) {
          const { shape, data } = goldenArray(`${i}/input`);
          const x = Tensor.from(backend, data, shape);
          const results = noGrad(() => network.run(new Map([['input', x]])));
          for (const head of ['out', 'aux']) {
            // Torch updated the running statistics while it exported the network for training.
            const moved = name === 'fcn-narrow-training' ? 'training/' : '';
            const expected = goldenArray(`${moved}${i}/${head}`);
            const got = results.get(head);
            assert.ok(got);
            assert.deepEqual(got.shape, expected.shape);
            assertClose(`${head} of input ${i}`, got.data, expected.data, TOLERANCE);
          }
        }
        backend.release(mark);
      }
    });
  }

  it('describes its inputs and outputs', async () => {
    const network = await open('fcn-narrow-12', null);
    assert.deepEqual(network.inputs, ['input']);
    assert.deepEqual(network.outputs, ['out', 'aux']);
    assert.deepEqual(network.graphInputs[0].dims, ['batch', 3, 'height', 'width']);
    const described = network.describe(new Map([['input', [2, 3, 50, 41]]]));
    assert.deepEqual(described, [
      { name: 'out', type: 'float32', shape: [2, 5, 50, 41] },
      { name: 'aux', type: 'float32', shape: [2, 5, 50, 41] },
    ]);
    assert.throws(() => network.describe(new Map([['input', [2, 4, 50, 41]]])), ShapeError);
    assert.throws(() => network.describe(new Map([['input', [3, 50, 41]]])), ShapeError);
  });

  it('compiles to a plan with the bits of the eager run', async () => {
    const backend = await wasmBackend();
    const mark = backend.mark();
    const network = await open('fcn-narrow-12', backend);
    const { shape, data } = goldenArray('0/input');
    for (const head of ['out', 'aux']) {
      const model = moduleOf(network, head);
      const eager = noGrad(() => model.forward(Tensor.from(backend, data, shape)));
      const plan = compile(model, shape, { backend });
      assertSameBits(head, plan.run(data), eager.data);
      plan.dispose();
    }
    backend.release(mark);
  });

  it('frees all memory except its results', async () => {
    const backend = await wasmBackend();
    const mark = backend.mark();
    const network = await open('fcn-narrow-12', backend);
    const { shape, data } = goldenArray('0/input');
    const x = Tensor.from(backend, data, shape);
    const run = (): void => {
      for (const tensor of noGrad(() => network.run(new Map([['input', x]]))).values()) {
        tensor.free();
      }
    };
    run();
    const before = backend.arena.liveBytes();
    run();
    assert.equal(backend.arena.liveBytes(), before);
    backend.release(mark);
  });

  it('is traced to nodes with their names in the file', async () => {
    const graph = trace(moduleOf(await open('fcn-narrow-12', null), 'out'), [1, 3, 33, 40]);
    assert.equal(graph.nodes.filter(({ op }) => op === 'conv2d').length, 19);
    assert.ok(graph.parameters.some(({ name }) => name === 'classifier.4.weight'));
    assert.equal(graph.nodes.filter(({ op }) => op === 'resizeBilinear').length, 1);
  });

  it('has gradients that equal the measured slope', async () => {
    const network = await open('fcn-narrow-training', reference64);
    const { data, shape } = goldenArray('1/input');
    const seed = normals(createRng(1), numel([2, 5, 16, 19]));
    const loss = (): Tensor => {
      network.setTraining(true, createRng(9)); // the same masks every time
      const x = Tensor.from(reference64, data, shape);
      const y = network.run(new Map([['input', x]])).get('out');
      assert.ok(y);
      return y;
    };
    const value = (): number => {
      const { data: y } = noGrad(loss);
      return seed.reduce((sum, factor, i) => sum + factor * y[i], 0);
    };
    backward(loss(), seed);
    const learned = Array.from(network.parameters().values()).filter((p) => p.requiresGrad);
    const rng = createRng(2);
    const directions = learned.map((p) => normals(rng, numel(p.shape)));
    const slope = learned.reduce(
      (sum, p, k) =>
        sum + (p.hasGrad ? directions[k].reduce((s, d, i) => s + d * p.grad[i], 0) : 0),
      0,
    );
    const move = (step: number): void => {
      learned.forEach((p, k) => directions[k].forEach((d, i) => (p.data[i] += step * d)));
    };
    const STEP = 1e-7;
    move(STEP);
    const above = value();
    move(-2 * STEP);
    const measured = (above - value()) / (2 * STEP);
    // A few of some thousand ReLUs and maxima switch within the step.
    assertWithin('slope', [slope], [measured], 1e-3 * Math.abs(measured));
    assert.ok(learned.some(({ origin }) => origin.name === 'stem.0.weight'));
  });

  it('updates running statistics in training, but never learns them', async () => {
    const network = await open('fcn-narrow-training', reference32);
    const mean = network.parameters().get('stem.1.running_mean');
    assert.ok(mean);
    assert.equal(mean.requiresGrad, false);
    const { data, shape } = goldenArray('1/input');
    const before = [...mean.data];
    const x = Tensor.from(reference32, data, shape);
    noGrad(() => network.run(new Map([['input', x]])));
    assertSameBits('in use', mean.data, before);
    network.setTraining(true, createRng(1));
    noGrad(() => network.run(new Map([['input', x]])));
    assert.ok(mean.data.some((value, i) => value !== before[i]));
  });
});

describe('ConvTranspose with an output_shape', () => {
  // Expected values: the division of the padding by onnxruntime-node 1.30.0.
  const cases: readonly (readonly [string, number, readonly number[]])[] = [
    ['NOTSET', 4, [0, 2, 0, 3]],
    ['SAME_UPPER', 4, [1, 0, 2, 0]],
    ['SAME_LOWER', 4, [0, 2, 0, 3]],
    ['SAME_UPPER', 6, [1, 0, 2, 0, 3, 0]],
    ['NOTSET', 6, [1, 0, 2, 0, 3, 0]],
  ];
  for (const [mode, size, expected] of cases) {
    it(`${mode} gives an output of ${String(size)} positions`, () => {
      const node = nodeOf('ConvTranspose', ['x', 'w'], 'y', {
        ...{ strides: ints(2), output_shape: ints(size), auto_pad: { kind: 'text', value: mode } },
      });
      const initializers = [floats('w', [1, 1, 1], [1])];
      const model = modelOf({ inputs: { x: [1, 1, 3] }, initializers, nodes: [node] });
      const x = Tensor.from(reference32, [1, 2, 3], [1, 1, 3]);
      const y = new OnnxNetwork(model, reference32).run(new Map([['x', x]])).get('y');
      assert.deepEqual([...(y?.data ?? [])], expected);
    });
  }
});

describe('ConvTranspose of volumes', () => {
  // Without padding: [1, 2, 3] stamped with [1, 10] gives [1, 12, 23, 30].
  const cases: readonly (readonly [number, number, readonly number[]])[] = [
    [0, 0, [1, 12, 23, 30]],
    [1, 0, [12, 23, 30]],
    [0, 1, [1, 12, 23]],
    [1, 2, [12]],
  ];
  for (const [before, after, expected] of cases) {
    it(`cuts ${String(before)} slices off the start and ${String(after)} off the end`, () => {
      const node = nodeOf('ConvTranspose', ['x', 'w'], 'y', {
        pads: ints(before, 0, 0, after, 0, 0),
      });
      const initializers = [floats('w', [1, 1, 2, 1, 1], [1, 10])];
      const model = modelOf({ inputs: { x: [1, 1, 3, 1, 1] }, initializers, nodes: [node] });
      const x = Tensor.from(reference32, [1, 2, 3], [1, 1, 3, 1, 1]);
      const y = new OnnxNetwork(model, reference32).run(new Map([['x', x]])).get('y');
      assert.deepEqual([...(y?.data ?? [])], expected);
    });
  }
});

describe('prisma_nchw.onnx', () => {
  it('computes every number of onnxruntime-node, run in the same test', async function () {
    this.timeout(60_000);
    const compute = await onnxruntime(this);
    const model = readOnnx(readFileSync(sharedFile(this, 'data/weights/prisma_nchw.onnx')));
    const names = ['convolution_output', 'permute_1'];
    const outputs = names.map((name) => ({ ...model.graph.outputs[0], name }));
    const file = { ...model, graph: { ...model.graph, outputs } };
    const shape = [1, 3, 256, 256];
    const rng = createRng(7);
    const data = Float32Array.from({ length: numel(shape) }, () => rng.uniform());
    const expected = await compute(bytesOf(file), { shape, data });
    const backend = await wasmBackend();
    const mark = backend.mark();
    const x = Tensor.from(backend, data, shape);
    const [input] = model.graph.inputs;
    const results = noGrad(() => new OnnxNetwork(file, backend).run(new Map([[input.name, x]])));
    const [scores, probabilities] = names.map((name) => results.get(name)?.data ?? []);
    assertClose(names[0], scores, expected[names[0]].data, TOLERANCE);
    assertWithin(names[1], probabilities, expected[names[1]].data, TOLERANCE);
    backend.release(mark);
  });

  it('computes the stored samples of onnxruntime', async function () {
    this.timeout(60_000);
    const path = sharedFile(this, 'data/weights/prisma_nchw.onnx');
    const { arrays, metadata } = readSafetensors(fixture('onnx/prisma.safetensors'), 'prisma');
    assert.deepEqual([...arrays.keys()], ['convolution_output', 'permute_1']);
    const every = Number(metadata.get('kept_every'));
    const backend = await wasmBackend();
    const mark = backend.mark();
    const network = await openOnnxNetwork(path, { backend });
    const rng = createRng(Number(metadata.get('seed')));
    const input = Float32Array.from({ length: 3 * 256 * 256 }, () => rng.uniform());
    const x = Tensor.from(backend, input, [1, 3, 256, 256]);
    const values = new Map<string, Tensor>();
    noGrad(() => network.run(new Map([['input_3', x]]), (name, value) => values.set(name, value)));
    for (const [name, expected] of arrays) {
      const y = values.get(name);
      assert.ok(y);
      const kept = y.data.filter((_, i) => i % every === 0 && Math.floor(i / 256) % every === 0);
      // The error of scores is relative to the largest one; that of probabilities, all small, is absolute.
      if (name === 'permute_1') assertWithin(name, kept, expected.data, TOLERANCE);
      else assertClose(name, kept, expected.data, TOLERANCE);
    }
    const y = values.get('permute_1');
    assert.ok(y);
    const plan = compile(moduleOf(network, 'permute_1'), [1, 3, 256, 256], { backend });
    assertSameBits('as a plan', plan.run(input), y.data);
    plan.dispose();
    backend.release(mark);
  });
});
