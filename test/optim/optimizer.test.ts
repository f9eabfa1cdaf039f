import assert from 'node:assert/strict';
import type { Backend } from '../../src/backend/backend.js';
import { createReferenceBackend } from '../../src/backend/reference/index.js';
import { FcnError } from '../../src/core/errors.js';
import { createAdam } from '../../src/optim/adam.js';
import { DOUBLED_BIAS_RATE } from '../../src/optim/parameter-rule.js';
import type { Optimizer } from '../../src/optim/optimizer.js';
import { createSgd } from '../../src/optim/sgd.js';
import { Tensor } from '../../src/tensor/tensor.js';

const WEIGHT = [0.5, -0.25, 1];
const BIAS = [0.125];
const GRADIENTS = [
  { weight: [1, -2, 0.5], bias: [4] },
  { weight: [-0.5, 3, 0], bias: [-1] },
  { weight: [2, 2, -1], bias: [0.5] },
];

/** Tolerance for sums of a few float64 terms of size 1. */
const CLOSE = 1e-13;

function makeParameters(backend: Backend): Map<string, Tensor> {
  return new Map([
    ['conv.weight', Tensor.from(backend, WEIGHT, [3], { requiresGrad: true })],
    ['conv.bias', Tensor.from(backend, BIAS, [1], { requiresGrad: true })],
    ['frozen.weight', Tensor.from(backend, WEIGHT, [3])],
  ]);
}

function setGradients(parameters: ReadonlyMap<string, Tensor>, at: number): void {
  const { weight, bias } = GRADIENTS[at];
  parameters.get('conv.weight')?.grad.set(weight);
  parameters.get('conv.bias')?.grad.set(bias);
}

function values(parameters: ReadonlyMap<string, Tensor>, name: string): number[] {
  return Array.from(parameters.get(name)?.data ?? []);
}

function assertClose(got: readonly number[], expected: readonly number[]): void {
  assert.equal(got.length, expected.length);
  for (const [i, value] of got.entries()) {
    assert.ok(Math.abs(value - expected[i]) < CLOSE, `${String(got)} ≠ ${String(expected)}`);
  }
}

/** Three steps, with a rate that changes and two batches per step. */
function run(
  parameters: ReadonlyMap<string, Tensor>,
  optimizer: Optimizer,
  from = 0,
  to = 3,
): void {
  for (let step = from; step < to; step++) {
    optimizer.zeroGrad();
    setGradients(parameters, step);
    optimizer.step(0.1 / (step + 1), 2);
  }
}

describe('createSgd', () => {
  const options = { momentum: 0.9, weightDecay: 0.01, rules: [DOUBLED_BIAS_RATE] };

  it("follows Caffe's rule: the velocity includes the rate, decay after the mean over batches", () => {
    const parameters = makeParameters(createReferenceBackend('float64'));
    run(parameters, createSgd(parameters, options));
    const expected = { weight: [...WEIGHT], bias: [...BIAS] };
    const velocity = { weight: [0, 0, 0], bias: [0] };
    for (const [step, gradient] of GRADIENTS.entries()) {
      const rate = 0.1 / (step + 1);
      for (const i of [0, 1, 2]) {
        const g = gradient.weight[i] / 2 + 0.01 * expected.weight[i];
        velocity.weight[i] = 0.9 * velocity.weight[i] + rate * g;
        expected.weight[i] -= velocity.weight[i];
      }
      velocity.bias[0] = 0.9 * velocity.bias[0] + 2 * rate * (gradient.bias[0] / 2);
      expected.bias[0] -= velocity.bias[0];
    }
    assertClose(values(parameters, 'conv.weight'), expected.weight);
    assertClose(values(parameters, 'conv.bias'), expected.bias);
  });

  it('clips the accumulated gradients by their global norm, before the mean', () => {
    const parameters = makeParameters(createReferenceBackend('float64'));
    const optimizer = createSgd(parameters, { clipNorm: 2 });
    setGradients(parameters, 0);
    optimizer.step(1, 2);
    const norm = Math.sqrt(1 + 4 + 0.25 + 16);
    const moved = GRADIENTS[0].weight.map((g, i) => WEIGHT[i] - ((2 / norm) * g) / 2);
    assertClose(values(parameters, 'conv.weight'), moved);
    assertClose(values(parameters, 'conv.bias'), [BIAS[0] - ((2 / norm) * 4) / 2]);
  });

  it('applies decay by sign, with the factors of the rules', () => {
    const parameters = makeParameters(createReferenceBackend('float64'));
    const optimizer = createSgd(parameters, { ...options, momentum: 0, decayBy: 'sign' });
    setGradients(parameters, 0);
    optimizer.step(0.5, 2);
    const [gradient] = GRADIENTS;
    const moved = WEIGHT.map((w, i) => w - 0.5 * (gradient.weight[i] / 2 + 0.01 * Math.sign(w)));
    assertClose(values(parameters, 'conv.weight'), moved);
    assertClose(values(parameters, 'conv.bias'), [BIAS[0] - 2 * 0.5 * (gradient.bias[0] / 2)]);
  });

  it('leaves gradients below the limit as they are', () => {
    const parameters = makeParameters(createReferenceBackend('float64'));
    setGradients(parameters, 0);
    createSgd(parameters, { clipNorm: 5 }).step(1);
    assertClose(values(parameters, 'conv.bias'), [BIAS[0] - 4]);
  });
});

describe('createAdam', () => {
  it('follows algorithm 1 of the paper', () => {
    const parameters = makeParameters(createReferenceBackend('float64'));
    run(parameters, createAdam(parameters, { weightDecay: 0.01 }));
    const expected = [...WEIGHT];
    const [m, v] = [
      [0, 0, 0],
      [0, 0, 0],
    ];
    for (const [step, { weight }] of GRADIENTS.entries()) {
      for (const i of [0, 1, 2]) {
        const g = weight[i] / 2 + 0.01 * expected[i];
        m[i] = 0.9 * m[i] + 0.1 * g;
        v[i] = 0.999 * v[i] + 0.001 * g * g;
        const mHat = m[i] / (1 - 0.9 ** (step + 1));
        const vHat = v[i] / (1 - 0.999 ** (step + 1));
        expected[i] -= ((0.1 / (step + 1)) * mHat) / (Math.sqrt(vHat) + 1e-8);
      }
    }
    assertClose(values(parameters, 'conv.weight'), expected);
  });
});

for (const [name, create] of [
  ['createSgd', (p: Map<string, Tensor>) => createSgd(p, { momentum: 0.9 })],
  ['createAdam', (p: Map<string, Tensor>) => createAdam(p)],
] as const) {
  describe(`${name}, as every optimiser`, () => {
    it('never touches frozen parameters, nor those with a rate factor of 0', () => {
      const parameters = makeParameters(createReferenceBackend());
      const rules = [{ match: '*.bias', rate: 0 }];
      const optimizer =
        name === 'createSgd' ? createSgd(parameters, { rules }) : create(parameters);
      run(parameters, optimizer);
      assert.deepEqual(values(parameters, 'frozen.weight'), WEIGHT);
      assert.equal(parameters.get('frozen.weight')?.hasGrad, false);
      if (name === 'createSgd') assert.deepEqual(values(parameters, 'conv.bias'), BIAS);
    });

    it('continues with the same bits from its state', () => {
      const straight = makeParameters(createReferenceBackend());
      run(straight, create(straight));

      const before = makeParameters(createReferenceBackend());
      const first = create(before);
      run(before, first, 0, 2);
      const after = makeParameters(createReferenceBackend());
      for (const [key, tensor] of after) tensor.data.set(values(before, key));
      const second = create(after);
      second.restore(first.state());
      run(after, second, 2, 3);
      assert.deepEqual(values(after, 'conv.weight'), values(straight, 'conv.weight'));
      assert.deepEqual(second.state().steps, 3);
    });

    it('rejects the state of other parameters', () => {
      const parameters = makeParameters(createReferenceBackend());
      const state = create(parameters).state();
      parameters.delete('conv.bias');
      assert.throws(() => create(parameters).restore(state), FcnError);
      const arrays = new Map([...state.arrays].map(([key, array]) => [`x${key}`, array]));
      const other = create(makeParameters(createReferenceBackend()));
      assert.throws(() => other.restore({ ...state, arrays }), FcnError);
    });

    it('allocates gradients and running values before the first step, so that they outlive a mark', () => {
      const backend = createReferenceBackend();
      const parameters = makeParameters(backend);
      const optimizer = create(parameters);
      const mark = backend.mark();
      run(parameters, optimizer, 0, 1);
      backend.release(mark);
      run(parameters, optimizer, 1, 2);
      assert.ok(parameters.get('conv.weight')?.hasGrad);
    });
  });
}
