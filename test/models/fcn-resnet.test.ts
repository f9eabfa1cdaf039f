import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { backward } from '../../src/autograd/backward.js';
import { noGrad } from '../../src/autograd/no-grad.js';
import type { Backend } from '../../src/backend/backend.js';
import { createWasmBackend } from '../../src/backend/wasm/index.js';
import { createRng } from '../../src/core/rng.js';
import { numel, showShape } from '../../src/core/shape.js';
import { trace } from '../../src/graph/trace.js';
import { readSafetensors } from '../../src/io/safetensors.js';
import { createFcnResnet, type FcnResnet } from '../../src/models/fcn-resnet.js';
import { add } from '../../src/ops/add.js';
import { softmaxCrossEntropy } from '../../src/ops/softmax-cross-entropy.js';
import { compile } from '../../src/plan/compile.js';
import { Tensor } from '../../src/tensor/tensor.js';
import { normals } from '../support/arbitraries.js';
import { reference32, wasmBackend } from '../support/backends.js';
import { assertClose, assertSameBits } from '../support/close.js';
import { fixture } from '../support/fixtures.js';
import { formulaParameter, hashed } from './formula.js';

const PATH = 'models/golden/fcn-resnet.safetensors';
const { arrays, metadata } = readSafetensors(fixture(PATH), PATH);
const TOLERANCE = Number(metadata.get('tolerance'));

/** The narrow network of the fixture: two bottlenecks per stage, 2 channels at first, 5 classes. */
const NARROW = { depth: 50, blocks: [2, 2, 2, 2], width: 2, classes: 5 } as const;

const FULL = [
  ['resnet50', 50],
  ['resnet101', 101],
] as const;

function golden(name: string): Float32Array {
  const array = arrays.get(name);
  assert(array, `${PATH} has no ${name}`);
  return array.data;
}

/** What tools/make-resnet-goldens.py says of a network. */
function factsOf(name: string): { parameters: number; names: string } {
  return JSON.parse(metadata.get(name) ?? 'null') as { parameters: number; names: string };
}

function narrow(backend: Backend): FcnResnet {
  const network = createFcnResnet(backend, NARROW);
  for (const [name, tensor] of network.parameters()) {
    tensor.data.set(golden(`narrow/weight:${name}`));
  }
  return network;
}

function scores(network: FcnResnet, x: Tensor): Map<string, Float32Array> {
  const outputs = noGrad(() => network.run(new Map([['input', x]])));
  return new Map([...outputs].map(([name, { data }]) => [name, Float32Array.from(data)]));
}

describe('fully convolutional residual networks', () => {
  for (const [name, depth] of FULL) {
    it(`${name} has the parameters of torchvision, by count, name, shape and order`, () => {
      const parameters = createFcnResnet(null, { depth }).parameters();
      const listed = [...parameters].map(([key, { shape }]) => `${key} [${shape.join(', ')}]`);
      const digest = createHash('sha256').update(listed.join('\n')).digest('hex');
      assert.equal(digest, factsOf(name).names);
      const learned = [...parameters].filter(([key]) => !key.includes('.running_'));
      const count = learned.reduce((sum, [, { shape }]) => sum + numel(shape), 0);
      assert.equal(count, factsOf(name).parameters);
      assert.equal(count, { 50: 35_322_218, 101: 54_314_346 }[depth]);
    });
  }

  for (const size of [
    [37, 50],
    [64, 33],
  ]) {
    it(`computes what torchvision does at ${size.join('×')}, both heads`, async () => {
      const key = `narrow/${size.join('x')}`;
      const wasm = await wasmBackend();
      const [plain, kernels] = [reference32, wasm].map((backend) => {
        const mark = backend.mark();
        const x = Tensor.from(backend, golden(`${key}/input`), [1, 3, ...size]);
        const found = scores(narrow(backend), x);
        backend.release(mark);
        return found;
      });
      for (const head of ['out', 'aux']) {
        const got = kernels.get(head) ?? [];
        assertClose(head, got, golden(`${key}/${head}`), TOLERANCE);
        assertSameBits(head, got, plain.get(head) ?? []);
      }
    });
  }

  it('gives the same bits as a plan, and nearly the same in fast mode', async () => {
    const backend = await wasmBackend();
    const mark = backend.mark();
    const network = narrow(backend);
    const data = golden('narrow/64x33/input');
    const expected = scores(network, Tensor.from(backend, data, [1, 3, 64, 33]));
    const shape = [1, 3, 64, 33];
    using exact = compile(network, shape, { backend });
    using fast = compile(network, shape, { backend, mode: 'fast' });
    for (const [head, numbers] of exact.run(new Map([['input', data]]))) {
      assertSameBits(head, numbers, expected.get(head) ?? []);
    }
    for (const [head, numbers] of fast.run(new Map([['input', data]]))) {
      assertClose(head, numbers, golden(`narrow/64x33/${head}`), TOLERANCE);
    }
    backend.release(mark);
  });

  it('learns: gradients reach every parameter of both heads', async () => {
    const backend = await wasmBackend();
    const mark = backend.mark();
    const network = createFcnResnet(backend, NARROW, { rng: createRng(3) });
    network.setTraining(true, createRng(4));
    const shape = [2, 3, 33, 40];
    const x = Tensor.from(backend, normals(createRng(5), numel(shape)), shape);
    const labels = Tensor.from(backend, new Float32Array(2 * 33 * 40).fill(1), [2, 33, 40]);
    const outputs = [...network.run(new Map([['input', x]])).values()];
    const [out, aux] = outputs.map((head) => softmaxCrossEntropy(head, labels));
    backward(add(out, aux));
    for (const [name, tensor] of network.parameters()) {
      const learns = !name.includes('.running_');
      assert.equal(learns && tensor.grad.some((value) => value !== 0), learns, name);
    }
    backend.release(mark);
  });

  it('leaves nothing in memory but its outputs', async () => {
    const backend = await wasmBackend();
    for (const auxiliary of [true, false]) {
      const mark = backend.mark();
      const network = createFcnResnet(backend, { ...NARROW, auxiliary });
      const x = Tensor.from(backend, new Float32Array(3 * 33 * 40), [1, 3, 33, 40]);
      const before = backend.arena.liveBytes();
      const outputs = noGrad(() => network.run(new Map([['input', x]])));
      assert.deepEqual([...outputs.keys()], network.outputs);
      for (const output of outputs.values()) output.free();
      assert.equal(backend.arena.liveBytes(), before);
      backend.release(mark);
    }
  });

  it('has names for its stages, and output stride 8', () => {
    const { nodes } = trace(createFcnResnet(null, { depth: 50 }), [1, 3, 65, 79]);
    const shapes = new Map(nodes.map(({ name, shape }) => [name, showShape(shape)]));
    assert.equal(shapes.get('backbone.conv1'), '[1, 64, 33, 40]');
    assert.equal(shapes.get('backbone.layer1'), '[1, 256, 17, 20]');
    assert.equal(shapes.get('backbone.layer4'), '[1, 2048, 9, 10]');
    assert.equal(shapes.get('backbone.layer3.5.conv2'), '[1, 256, 9, 10]');
    assert.equal(shapes.get('classifier.4'), '[1, 21, 9, 10]');
    assert.equal(shapes.get('aux'), '[1, 21, 65, 79]');
  });

  for (const [name, depth] of FULL) {
    it(`${name} computes what torchvision does in full width`, async () => {
      const backend = await createWasmBackend({ capacityBytes: 2 ** 30 });
      const network = createFcnResnet(backend, { depth });
      for (const [key, { data, shape }] of network.parameters()) {
        formulaParameter(key, shape, data);
      }
      const shape = [1, 3, ...(JSON.parse(metadata.get('size') ?? '[]') as number[])];
      const data = hashed('input', numel(shape)).map((value) => 2 * value);
      using plan = compile(network, shape, { backend, mode: depth === 50 ? 'fast' : 'exact' });
      const got = plan.run(new Map([['input', Float32Array.from(data)]]));
      for (const head of ['out', 'aux']) {
        const numbers = got.get(head) ?? new Float32Array(0);
        const sample = Array.from(golden(`${name}/${head}/places`), (place) => numbers[place]);
        const [largest] = golden(`${name}/${head}/largest`);
        // Relative to the largest of all scores, as everywhere; it stands last in both.
        const expected = [...golden(`${name}/${head}`), largest];
        assertClose(head, [...sample, largest], expected, TOLERANCE);
      }
    });
  }
});
