import assert from 'node:assert/strict';
import { backward } from '../../../src/autograd/backward.js';
import { noGrad } from '../../../src/autograd/no-grad.js';
import { createWasmBackend, type WasmBackend } from '../../../src/backend/wasm/index.js';
import { createRng } from '../../../src/core/rng.js';
import { numel, type Shape } from '../../../src/core/shape.js';
import { buildCaffeNetwork, type CaffeNetwork } from '../../../src/formats/caffe/build-network.js';
import { defineNetwork } from '../../../src/formats/caffe/definitions/official.js';
import type { CaffeMessage } from '../../../src/io/caffe/message.js';
import { readNetText } from '../../../src/io/caffe/read-files.js';
import { parameterRules } from '../../../src/formats/caffe/parameter-multipliers.js';
import { createSgd } from '../../../src/optim/sgd.js';
import { compile } from '../../../src/plan/compile.js';
import { Tensor } from '../../../src/tensor/tensor.js';
import { assertSameBits } from '../../support/close.js';

/** Layers after `score`, which has five classes at each of 6×7 pixels, and `label`. */
const HEADS: Readonly<Record<string, string>> = {
  'SoftmaxWithLoss with probabilities': `
    layer { name: "loss" type: "SoftmaxWithLoss" bottom: "score" bottom: "label" top: "loss" top: "p" loss_weight: 1 loss_weight: 0
      loss_param { ignore_label: 255 normalization: BATCH_SIZE } }`,
  'SoftmaxWithLoss twice, weighted': `
    layer { name: "loss" type: "SoftmaxWithLoss" bottom: "score" bottom: "label" top: "loss" loss_param { ignore_label: 255 } }
    layer { name: "more" type: "SoftmaxWithLoss" bottom: "score" bottom: "label" top: "more" loss_weight: 0.3
      loss_param { ignore_label: 255 normalize: false } }`,
  'Accuracy beside a loss': `
    layer { name: "loss" type: "SoftmaxWithLoss" bottom: "score" bottom: "label" top: "loss" loss_param { ignore_label: 255 } }
    layer { name: "accuracy" type: "Accuracy" bottom: "score" bottom: "label" top: "accuracy" include { phase: TEST }
      accuracy_param { ignore_label: 255 } }
    layer { name: "best" type: "Accuracy" bottom: "score" bottom: "label" top: "best" top: "per_class" include { phase: TEST }
      accuracy_param { ignore_label: 255 top_k: 2 axis: 1 } }`,
  'Accuracy and loss along another axis': `
    layer { name: "columns" type: "Slice" bottom: "score" top: "a" top: "b" slice_param { axis: 1 slice_point: 1 } }
    layer { name: "silence" type: "Silence" bottom: "b" }
    layer { name: "rows" type: "Slice" bottom: "label" top: "row" top: "rest" slice_param { axis: 3 slice_point: 1 } }
    layer { name: "quiet" type: "Silence" bottom: "rest" }
    layer { name: "loss" type: "SoftmaxWithLoss" bottom: "a" bottom: "row" top: "loss" softmax_param { axis: 3 } loss_param { ignore_label: 255 } }
    layer { name: "accuracy" type: "Accuracy" bottom: "a" bottom: "row" top: "accuracy" top: "per_class" include { phase: TEST }
      accuracy_param { ignore_label: 255 axis: -1 } }`,
};

function definitionOf(head: string): CaffeMessage {
  const text = `
    layer { name: "data" type: "Input" top: "data" top: "label" input_param { shape { dim: [1, 2, 6, 7] } shape { dim: [1, 1, 6, 7] } } }
    layer { name: "conv" type: "Convolution" bottom: "data" top: "conv" param { lr_mult: 1 } param { lr_mult: 2 decay_mult: 0 }
      convolution_param { num_output: 4 kernel_size: 3 pad: 1 weight_filler { type: "msra" } } }
    layer { name: "relu" type: "ReLU" bottom: "conv" top: "conv" }
    layer { name: "score" type: "Convolution" bottom: "conv" top: "score"
      convolution_param { num_output: 5 kernel_size: 1 weight_filler { type: "xavier" } } }
    ${head}`;
  return readNetText(Buffer.from(text), 'train.prototxt');
}

/** Numbers for every input: an image, and labels, some of them ignored. */
function numbersFor(shapes: ReadonlyMap<string, Shape>): Map<string, Float32Array> {
  const rng = createRng(41);
  return new Map(
    Array.from(shapes, ([name, shape]) => {
      const label = (i: number): number => (i % 6 === 5 ? 255 : (i * i) % 3);
      const value = (i: number): number => (name === 'data' ? 3 * rng.normal() : label(i));
      return [name, Float32Array.from({ length: numel(shape) }, (_, i) => value(i))];
    }),
  );
}

function tensorsOf(backend: WasmBackend, { inputShapes }: CaffeNetwork): Map<string, Tensor> {
  return new Map(
    Array.from(numbersFor(inputShapes), ([name, data]) => {
      return [name, Tensor.from(backend, data, inputShapes.get(name) ?? [])];
    }),
  );
}

/** Compares the outputs of a plan, run twice, with those of the layers. */
function checkPlan(backend: WasmBackend, net: CaffeNetwork): void {
  const eager = noGrad(() => net.network.run(tensorsOf(backend, net)));
  using plan = compile(net.network, net.inputShapes, { backend });
  for (let run = 0; run < 2; run++) {
    const planned = plan.run(numbersFor(net.inputShapes));
    assert.deepEqual([...planned.keys()], [...eager.keys()]);
    for (const [name, numbers] of planned) {
      assertSameBits(name, numbers, eager.get(name)?.data ?? []);
    }
  }
}

/** Computes the weighted sum of all losses, as Caffe does, and its gradients. */
function learn(net: CaffeNetwork, inputs: ReadonlyMap<string, Tensor>): number {
  const outputs = net.network.run(inputs);
  let total = 0;
  for (const [name, weight] of net.lossWeights) {
    const loss = outputs.get(name) ?? assert.fail(name);
    total += weight * loss.item();
    backward(loss, [weight]);
  }
  return total;
}

describe('losses and accuracies of Caffe networks', function () {
  this.timeout(120_000);

  for (const [name, head] of Object.entries(HEADS)) {
    it(`${name}: runs, compiles to the same bits, and trains`, async () => {
      const backend = await createWasmBackend();
      const maker = { backend, rng: createRng(3) };
      checkPlan(backend, buildCaffeNetwork(definitionOf(head), { maker }));
      const net = buildCaffeNetwork(definitionOf(head), { maker, state: { phase: 'TRAIN' } });
      net.network.setTraining(true, createRng(4));
      const sgd = createSgd(net.network.parameters(), {
        momentum: 0.9,
        rules: parameterRules(net.multipliers),
      });
      const inputs = tensorsOf(backend, net);
      const losses = Array.from({ length: 8 }, () => {
        const mark = backend.mark();
        const loss = learn(net, inputs);
        sgd.step(0.002);
        sgd.zeroGrad();
        backend.release(mark);
        return loss;
      });
      assert.ok(losses[7] < losses[0], losses.join(' '));
    });
  }

  it('of narrow published networks in their training form compile', async () => {
    const backend = await createWasmBackend();
    for (const name of ['voc-fcn8s', 'siftflow-fcn16s']) {
      const width = (channels: number): number => Math.ceil(channels / 128);
      const definition = defineNetwork(name, { width, size: [32, 40], purpose: 'training' });
      const net = buildCaffeNetwork(definition, {
        maker: { backend, rng: createRng(5) },
        size: [32, 40],
      });
      assert.ok(net.lossWeights.size > 0);
      checkPlan(backend, net);
    }
  });
});
