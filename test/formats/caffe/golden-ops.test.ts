import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { backward } from '../../../src/autograd/backward.js';
import { createRng } from '../../../src/core/rng.js';
import type { NamedArray } from '../../../src/core/named-arrays.js';
import type { WasmBackend } from '../../../src/backend/wasm/index.js';
import { buildCaffeNetwork, type CaffeNetwork } from '../../../src/formats/caffe/build-network.js';
import { caffeType } from '../../../src/io/caffe/schema.js';
import { parseTextFormat } from '../../../src/io/caffe/text-format.js';
import { compile } from '../../../src/plan/compile.js';
import { Tensor } from '../../../src/tensor/tensor.js';
import { wasmBackend } from '../../support/backends.js';
import { assertClose, assertSameBits } from '../../support/close.js';
import { readNpz } from '../../support/npz.js';
import { sharedFile } from '../../support/shared.js';

/** Tolerance that the goldens' README allows for another order of summation. */
const TOLERANCE = 1e-5;

/** Layers that mix the images of a batch; a plan computes image by image and refuses them. */
const MIXING = /type: "(SoftmaxWithLoss|Accuracy)"|scale_param \{\s*axis: 0/;

/** Layers whose bottom and top share memory in Caffe, so that the goldens have no gradient of the bottom. */
const SHARED_GRADIENT: ReadonlySet<string> = new Set(['concat_one', 'reshape']);

interface OpCase {
  readonly name: string;
  readonly phase: 'TRAIN' | 'TEST';
  readonly prototxt: string;
  readonly backward: boolean;
}

/** Comparison of one Caffe layer with its golden inputs and outputs. */
class Check {
  readonly #arrays: ReadonlyMap<string, NamedArray>;
  readonly #golden: OpCase;
  readonly #backend: WasmBackend;

  constructor(backend: WasmBackend, golden: OpCase, arrays: ReadonlyMap<string, NamedArray>) {
    this.#backend = backend;
    this.#golden = golden;
    this.#arrays = arrays;
  }

  /** True if a plan of the layer was also compared. */
  isPlanned = false;

  run(): void {
    const { name, phase, prototxt } = this.#golden;
    const net = buildCaffeNetwork(parseTextFormat(prototxt, caffeType('NetParameter'), name), {
      maker: { backend: this.#backend, rng: null },
      state: { phase },
    });
    net.network.setTraining(phase === 'TRAIN', createRng(1));
    const parameters = [...net.network.parameters()].map(([, tensor]) => tensor);
    parameters.forEach((tensor, i) => {
      const array = this.#arrays.get(`${name}.param${String(i)}`);
      if (array) tensor.data.set(array.data);
    });
    const inputs = new Map(
      net.network.inputs.map((input) => [input, this.#input(input, net.network.outputs)]),
    );
    const outputs = net.network.run(inputs);
    this.#compareOutputs(net, outputs);
    const maps = [...inputs.values()];
    const mixes = MIXING.test(prototxt) && maps.some(({ shape }) => shape[0] > 1);
    this.isPlanned = phase === 'TEST' && !mixes && areOneBatch(maps);
    if (this.isPlanned) this.#comparePlan(net, inputs, outputs);
    parameters.forEach((tensor, i) => {
      const after = this.#arrays.get(`${name}.param${String(i)}_after`);
      if (after) assertClose(`${name}.param${String(i)}_after`, tensor.data, after.data, TOLERANCE);
    });
    if (this.#golden.backward) this.#compareGradients(net, inputs, outputs, parameters);
  }

  /** Checks that the layer's plan computes the layer's bits. */
  #comparePlan(
    net: CaffeNetwork,
    inputs: ReadonlyMap<string, Tensor>,
    outputs: ReadonlyMap<string, Tensor>,
  ): void {
    const shapes = new Map([...inputs].map(([input, { shape }]) => [input, shape]));
    using plan = compile(net.network, shapes, { backend: this.#backend });
    const given = [...inputs].map(([input, { data }]) => [input, Float32Array.from(data)] as const);
    for (const [output, numbers] of plan.run(new Map(given))) {
      const what = `plan of ${this.#golden.name}: ${output}`;
      assertSameBits(what, numbers, outputs.get(output)?.data ?? []);
    }
  }

  #input(input: string, outputs: readonly string[]): Tensor {
    const { name, backward: learns } = this.#golden;
    const array = this.#arrays.get(`${name}.${input}`);
    assert.ok(array, `${name}.${input}`);
    const hasGradient = this.#arrays.has(`${name}.${input}_diff`) || outputs.includes(input);
    return Tensor.from(this.#backend, array.data, array.shape, {
      requiresGrad: learns && hasGradient,
    });
  }

  /** Name of an output in the goldens; an in-place layer's output has the name of its input. */
  #goldenName(net: CaffeNetwork, output: string): string {
    return net.network.inputs.includes(output) ? 'top0' : output;
  }

  #compareOutputs(net: CaffeNetwork, outputs: ReadonlyMap<string, Tensor>): void {
    for (const [output, tensor] of outputs) {
      const key = `${this.#golden.name}.${this.#goldenName(net, output)}`;
      const expected = this.#arrays.get(key);
      assert.ok(expected, key);
      assert.deepEqual(tensor.data.length, expected.data.length, key);
      assertClose(key, tensor.data, expected.data, TOLERANCE);
    }
  }

  #compareGradients(
    net: CaffeNetwork,
    inputs: ReadonlyMap<string, Tensor>,
    outputs: ReadonlyMap<string, Tensor>,
    parameters: readonly Tensor[],
  ): void {
    const { name } = this.#golden;
    for (const [output, tensor] of outputs) {
      const sent = this.#arrays.get(`${name}.${this.#goldenName(net, output)}_diff`);
      if (!sent) continue;
      if (tensor.creator !== null) backward(tensor, sent.data);
      // A layer without effect returns its input; the gradient goes straight to the input.
      else if (tensor.requiresGrad) tensor.grad.set(tensor.grad.map((g, i) => g + sent.data[i]));
    }
    const wanted: (readonly [string, Tensor | undefined])[] = [
      ...inputs,
      ...parameters.map((tensor, i) => [`param${String(i)}`, tensor] as const),
    ];
    for (const [key, tensor] of wanted) {
      const expected = this.#arrays.get(`${name}.${key}_diff`);
      if (!expected || !tensor?.requiresGrad || SHARED_GRADIENT.has(name)) continue;
      assertClose(`${name}.${key}_diff`, tensor.grad, expected.data, TOLERANCE);
    }
  }
}

/** True if all inputs have the same number of images, as a plan requires. */
function areOneBatch(inputs: readonly Tensor[]): boolean {
  return inputs.every(({ shape }) => shape.length === 4 && shape[0] === inputs[0].shape[0]);
}

describe('Caffe layers', function () {
  this.timeout(120_000);

  it('compute what Caffe computes, forward and backward, with the same bits in plans', async function () {
    const root = sharedFile(this, 'golden/caffe/ops');
    const backend = await wasmBackend();
    let checked = 0;
    let plans = 0;
    for (const op of readdirSync(root)) {
      const arrays = readNpz(join(root, op, 'cases.npz'));
      const manifest = JSON.parse(readFileSync(join(root, op, 'manifest.json'), 'utf8')) as {
        readonly cases: readonly OpCase[];
      };
      for (const golden of manifest.cases) {
        const mark = backend.mark();
        const check = new Check(backend, golden, arrays);
        check.run();
        if (check.isPlanned) plans++;
        checked++;
        backend.release(mark);
      }
    }
    assert.equal(checked, 180);
    assert.equal(plans, 133);
  });
});
