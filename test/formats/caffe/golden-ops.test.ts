import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { backward } from '../../../src/autograd/backward.js';
import { createRng } from '../../../src/core/rng.js';
import { FcnError } from '../../../src/core/errors.js';
import type { NamedArray } from '../../../src/core/named-arrays.js';
import type { Backend } from '../../../src/backend/backend.js';
import { buildCaffeNetwork, type CaffeNetwork } from '../../../src/formats/caffe/build-network.js';
import { caffeType } from '../../../src/io/caffe/schema.js';
import { parseTextFormat } from '../../../src/io/caffe/text-format.js';
import { Tensor } from '../../../src/tensor/tensor.js';
import { wasmBackend } from '../../support/backends.js';
import { assertClose } from '../../support/close.js';
import { readNpz } from '../../support/npz.js';
import { sharedFile } from '../../support/shared.js';

/** As the goldens' README grants another order of summation. */
const TOLERANCE = 1e-5;

/** Cases that are refused, and what the message says. */
const REFUSED: Readonly<Record<string, RegExp>> = {
  'pooling/max_mask': /places of the maxima/,
  'lrn/within_channel': /within a channel/,
  'relu/prelu_shared': /one slope for all channels/,
  'relu/power': /power 2\.5/,
  'relu/elu': /type ELU, which is not read/,
  'relu/tanh': /type TanH, which is not read/,
  'relu/exp': /type Exp, which is not read/,
  'relu/bnll': /type BNLL, which is not read/,
};

/** Layers whose bottom is their top's memory in Caffe, so that its gradient never came to be stored. */
const SHARED_GRADIENT: ReadonlySet<string> = new Set(['concat_one', 'reshape']);

interface OpCase {
  readonly name: string;
  readonly phase: 'TRAIN' | 'TEST';
  readonly prototxt: string;
  readonly backward: boolean;
}

/** One layer of Caffe's, with what went in and came out. */
class Check {
  readonly #arrays: ReadonlyMap<string, NamedArray>;
  readonly #golden: OpCase;
  readonly #backend: Backend;

  constructor(backend: Backend, golden: OpCase, arrays: ReadonlyMap<string, NamedArray>) {
    this.#backend = backend;
    this.#golden = golden;
    this.#arrays = arrays;
  }

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
    parameters.forEach((tensor, i) => {
      const after = this.#arrays.get(`${name}.param${String(i)}_after`);
      if (after) assertClose(`${name}.param${String(i)}_after`, tensor.data, after.data, TOLERANCE);
    });
    if (this.#golden.backward) this.#compareGradients(net, inputs, outputs, parameters);
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

  /** The name under which the goldens have an output: in place, the input has its name too. */
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
      // A layer that does nothing gives its input back, and so does its gradient.
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

describe('layers of Caffe', function () {
  this.timeout(120_000);

  it('compute what Caffe computes, forward and backward, or are refused by name', async function () {
    const root = sharedFile(this, 'golden/caffe/ops');
    const backend = await wasmBackend();
    let checked = 0;
    for (const op of readdirSync(root)) {
      const arrays = readNpz(join(root, op, 'cases.npz'));
      const manifest = JSON.parse(readFileSync(join(root, op, 'manifest.json'), 'utf8')) as {
        readonly cases: readonly OpCase[];
      };
      for (const golden of manifest.cases) {
        const mark = backend.mark();
        const check = new Check(backend, golden, arrays);
        const reason = REFUSED[`${op}/${golden.name}`] as RegExp | undefined;
        if (reason) {
          assert.throws(
            () => {
              check.run();
            },
            (error) => error instanceof FcnError && reason.test(error.message),
          );
        } else {
          check.run();
          checked++;
        }
        backend.release(mark);
      }
    }
    assert.equal(checked, 172);
  });
});
