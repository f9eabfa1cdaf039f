import assert from 'node:assert/strict';
import { backward } from '../../../src/autograd/backward.js';
import { noGrad } from '../../../src/autograd/no-grad.js';
import type { Backend } from '../../../src/backend/backend.js';
import { FcnError } from '../../../src/core/errors.js';
import { OnnxNetwork } from '../../../src/formats/onnx/onnx-network.js';
import type { OnnxAttribute, OnnxModel } from '../../../src/io/onnx/model.js';
import { readSafetensors } from '../../../src/io/safetensors.js';
import { compile } from '../../../src/plan/compile.js';
import { Tensor } from '../../../src/tensor/tensor.js';
import { reference32, wasmBackend } from '../../support/backends.js';
import { assertClose, assertSameBits } from '../../support/close.js';
import { fixture } from '../../support/fixtures.js';
import { floats, modelOf, nodeOf } from '../../support/onnx-model.js';

/** Some twenty terms in float32 against float64. */
const TOLERANCE = 1e-6;

const { arrays, metadata } = readSafetensors(fixture('onnx/losses.safetensors'), 'losses');
const IGNORED = Number(metadata.get('ignore_index'));

function golden(name: string) {
  const array = arrays.get(name);
  assert.ok(array, name);
  return array;
}

interface LossCase {
  readonly op: string;
  readonly reduction: string;
  readonly isWeighted: boolean;
  readonly ignores: boolean;
}

/** Model of a loss with inputs `x` (scores) and `t` (labels). */
function lossModel(
  { op, reduction, isWeighted, ignores }: LossCase,
  images: number = golden('x').shape[0],
): OnnxModel {
  const weight = golden('weight');
  const attributes: Record<string, OnnxAttribute> = {
    reduction: { kind: 'text', value: reduction },
    ...(ignores ? { ignore_index: { kind: 'int', value: IGNORED } } : {}),
  };
  return modelOf({
    inputs: { x: golden('x').shape.with(0, images), t: golden('labels/all').shape.with(0, images) },
    initializers: isWeighted ? [floats('w', weight.shape, [...weight.data])] : [],
    nodes: [nodeOf(op, ['x', 't', ...(isWeighted ? ['w'] : [])], 'y', attributes)],
  });
}

/** Inputs of the model; the scores require a gradient. */
function inputsOn(backend: Backend, labels: string): { x: Tensor; t: Tensor } {
  const [x, t] = [golden('x'), golden(`labels/${labels}`)];
  return {
    x: Tensor.from(backend, x.data, x.shape, { requiresGrad: true }),
    t: Tensor.from(backend, t.data, t.shape),
  };
}

function outputOf(network: OnnxNetwork, inputs: object, name = 'y'): Tensor {
  const y = network.run(new Map(Object.entries(inputs))).get(name);
  assert.ok(y);
  return y;
}

describe('ONNX losses', () => {
  const names = [...arrays.keys()].filter((name) => name.endsWith('/loss'));
  assert.equal(names.length, 2 * (3 * 3 - 1) * 2);
  for (const name of names.map((each) => each.replace(/\/loss$/, ''))) {
    const [op, reduction, labels, kind] = name.split('/');
    const loss = { op, reduction, isWeighted: kind === 'weighted', ignores: labels !== 'all' };

    it(`${name}: has torch's value and gradient`, async () => {
      const [value, gradient] = [golden(`${name}/loss`), golden(`${name}/gradient`)];
      for (const backend of [reference32, await wasmBackend()]) {
        const mark = backend.mark();
        const network = new OnnxNetwork(lossModel(loss), backend);
        const { x, t } = inputsOn(backend, labels);
        const y = outputOf(network, { x, t });
        assert.deepEqual(y.shape, value.shape);
        assertClose('loss', y.data, value.data, TOLERANCE);
        backward(y, reduction === 'none' ? golden('slopes').data : [1]);
        assertClose('gradient', x.grad, gradient.data, TOLERANCE);
        backend.release(mark);
      }
    });

    it(`${name}: a plan for one image has the bits of the eager run`, async () => {
      const backend = await wasmBackend();
      const mark = backend.mark();
      const network = new OnnxNetwork(lossModel(loss, 1), backend);
      const entries = Object.entries(inputsOn(backend, labels)).map(([key, { shape, data }]) => {
        const first = Float32Array.from(data.subarray(0, data.length / shape[0]));
        return [key, { shape: [1, ...shape.slice(1)], data: first }] as const;
      });
      const tensors = entries.map(([key, x]) => [key, Tensor.from(backend, x.data, x.shape)]);
      const eager = noGrad(() => outputOf(network, Object.fromEntries(tensors) as object));
      const shapes = new Map(entries.map(([key, { shape }]) => [key, shape]));
      using plan = compile(network, shapes, { backend });
      const planned = plan.run(new Map(entries.map(([key, { data }]) => [key, data]))).get('y');
      assert.ok(planned);
      assertSameBits('as a plan', planned, eager.data);
      backend.release(mark);
    });
  }

  const mean = {
    ...{ op: 'SoftmaxCrossEntropyLoss', reduction: 'mean' },
    ...{ isWeighted: true, ignores: true },
  };

  it('of a batch cannot be compiled, because a plan runs image by image', async () => {
    const backend = await wasmBackend();
    const mark = backend.mark();
    const network = new OnnxNetwork(lossModel(mean), backend);
    const shapes = network.graphInputs.map(
      ({ name, dims }) => [name, (dims ?? []).map(Number)] as const,
    );
    assert.throws(() => compile(network, new Map(shapes), { backend }), FcnError);
    backend.release(mark);
  });

  it('have the mean NaN if all labels are ignored', () => {
    const network = new OnnxNetwork(lossModel(mean), reference32);
    assert.ok(Number.isNaN(outputOf(network, inputsOn(reference32, 'none')).item()));
  });

  it('learn neither weights nor labels', () => {
    const labels = golden('labels/all');
    const model = lossModel(mean);
    const [input] = model.graph.inputs;
    const t = { name: 't', dims: labels.shape, type: 'int64', data: labels.data } as const;
    const fixed: OnnxModel = {
      ...model,
      graph: {
        ...model.graph,
        inputs: [input],
        initializers: new Map([...model.graph.initializers, ['t', t]]),
      },
    };
    const network = new OnnxNetwork(fixed, reference32);
    for (const name of ['w', 't']) {
      assert.equal(network.parameters().get(name)?.requiresGrad, false, name);
    }
    const { x } = inputsOn(reference32, 'all');
    const expected = golden('SoftmaxCrossEntropyLoss/mean/all/weighted/loss');
    assertClose('loss', outputOf(network, { x }).data, expected.data, TOLERANCE);
  });

  it('also return log probabilities, with their gradient', () => {
    const model = lossModel(mean);
    const [node] = model.graph.nodes;
    const graph = {
      ...model.graph,
      nodes: [{ ...node, outputs: ['y', 'log'] }],
      outputs: [...model.graph.outputs, { name: 'log', type: 'float32' as const, dims: null }],
    };
    const network = new OnnxNetwork({ ...model, graph }, reference32);
    const inputs = inputsOn(reference32, 'some');
    const log = outputOf(network, inputs, 'log');
    const [N, C, H, W] = log.shape;
    for (let pixel = 0; pixel < N * H * W; pixel++) {
      const start = Math.floor(pixel / (H * W)) * C * H * W + (pixel % (H * W));
      const own = Array.from({ length: C }, (_, c) => Math.exp(log.data[start + c * H * W]));
      assertClose('sum', [own.reduce((a, b) => a + b)], [1], TOLERANCE);
    }
    assert.ok(log.data.every(Number.isFinite));
    backward(log, Array<number>(log.data.length).fill(1));
    const total = Array.from(inputs.x.grad).reduce((sum, slope) => sum + slope, 0);
    assertClose('a shift of all scores changes nothing', [1 + total], [1], 1e-4);
  });

  it('refuse labels out of range and unknown reductions', () => {
    const run = (loss: LossCase, labels: string) => {
      outputOf(new OnnxNetwork(lossModel(loss), reference32), inputsOn(reference32, labels));
    };
    const all = { ...mean, ignores: false };
    assert.throws(() => run(all, 'some'), { name: FcnError.name, message: /index 9 .* of 5/ });
    const average = { ...mean, reduction: 'average' };
    assert.throws(
      () => run(average, 'all'),
      /SoftmaxCrossEntropyLoss .* unsupported reduction \(got average/,
    );
    const labels = new OnnxNetwork(lossModel(mean), reference32);
    const { x } = inputsOn(reference32, 'all');
    assert.throws(() => outputOf(labels, { x, t: x }), FcnError);
  });
});
