import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FcnError } from '../../src/core/errors.js';
import type { PointwiseFunction } from '../../src/backend/reference/pointwise.js';
import { pointwise } from '../../src/ops/pointwise.js';
import { Tensor } from '../../src/tensor/tensor.js';
import { extent } from '../support/arbitraries.js';
import { reference32, reference64 } from '../support/backends.js';
import { checkOp } from '../support/check-op.js';
import { assertWithin } from '../support/close.js';

/** Functions with the settings they are tried with; those of steps have a gradient of 0. */
const SETTINGS: Readonly<Record<PointwiseFunction, readonly [number, number]>> = {
  ...{ abs: [0, 0], ceil: [0, 0], clip: [-0.9, 0.8], elu: [1.3, 0], exp: [0, 0], floor: [0, 0] },
  ...{ hardSigmoid: [0.31, 0.4], hardSwish: [0, 0], leakyRelu: [0.1, 0], log: [0, 0] },
  ...{ neg: [0, 0], reciprocal: [0, 0], softplus: [0, 0], sqrt: [0, 0], tanh: [0, 0] },
  ...{ affine: [-1.7, 0.6], power: [2.5, 0], step: [0.25, 0], swish: [1.4, 0], truncate: [0, 0] },
};
const NAMES = Object.keys(SETTINGS) as PointwiseFunction[]; // the keys of that record

/** Those with no value or none but a huge slope at 0 and below. */
const POSITIVE: readonly PointwiseFunction[] = ['log', 'power', 'reciprocal', 'sqrt'];

checkOp({
  name: 'pointwise',
  cases: fc.record({ name: fc.constantFrom(...NAMES), length: extent }),
  inputShapes: ({ length }) => [[length]],
  apply: ([x], { name }) => pointwise(x, { name, a: SETTINGS[name][0], b: SETTINGS[name][1] }),
  adjust: (values, _input, { name }) =>
    POSITIVE.includes(name)
      ? values.map((value) => Math.fround(0.3 + Math.abs(value)))
      : values.map((value) => Math.fround(awayFromSteps(value, name))),
  specialValues: false,
  golden: null,
});

/** Steps, and the kinks of clip and the hard functions, lie where differences cannot see them. */
function awayFromSteps(value: number, name: PointwiseFunction): number {
  const kinks = { clip: [-0.9, 0.8], hardSigmoid: [-0.4 / 0.31, 0.6 / 0.31] } as const;
  const near = name === 'clip' || name === 'hardSigmoid' ? kinks[name] : [-2, -1, 0, 0.25, 1, 2];
  return near.some((kink) => Math.abs(value - kink) < 1e-3) ? value + 0.01 : value;
}

describe('pointwise', () => {
  const at = (x: number, name: PointwiseFunction, a = 0, b = 0): number =>
    pointwise(Tensor.from(reference32, [x], [1]), { name, a, b }).item();

  it('is what its name says', () => {
    assert.equal(at(-2.5, 'abs'), 2.5);
    assert.equal(at(-2.5, 'ceil'), -2);
    assert.equal(at(-2.5, 'floor'), -3);
    assert.equal(at(-2.5, 'truncate'), -2);
    assert.equal(at(7, 'clip', -1, 6), 6);
    assert.equal(at(-2, 'leakyRelu', 0.5), -1);
    assert.equal(at(3, 'hardSwish'), 3);
    assert.equal(Math.abs(at(-3, 'hardSwish')), 0);
    assert.equal(at(9, 'hardSigmoid', 0.2, 0.5), 1);
    assert.ok(Number.isNaN(at(NaN, 'clip', 0, 1)));
    assert.equal(at(1000, 'softplus'), 1000);
    assert.equal(at(-1000, 'tanh'), -1);
    assert.equal(at(3, 'affine', -2, 7), 1);
    assert.equal(at(-3, 'power', 3), -27);
    assert.equal(at(2, 'power', -0.5), Math.fround(Math.SQRT1_2));
    assert.equal(at(0, 'power', -1), Infinity);
    assert.ok(Number.isNaN(at(-2, 'power', 0.5)));
    assert.deepEqual([at(0.25, 'step', 0.25), at(0.26, 'step', 0.25), at(NaN, 'step')], [0, 1, 0]);
    assert.equal(at(1, 'swish', 1), Math.fround(1 / (1 + Math.exp(-1))));
  });

  it('agrees with Math to 2 ulp where that has the function', () => {
    const x = Array.from({ length: 801 }, (_, i) => (i - 400) / 40);
    for (const [name, truth] of [
      ['exp', Math.exp],
      ['tanh', Math.tanh],
      ['sqrt', Math.sqrt],
    ] as const) {
      const inputs = name === 'sqrt' ? x.map(Math.abs) : x;
      const y = pointwise(Tensor.from(reference64, inputs, [801]), { name }).data;
      const expected = inputs.map(truth);
      expected.forEach((value, i) => {
        assertWithin(`${name}(${String(inputs[i])})`, [y[i]], [value], 4e-16 * Math.max(1, value));
      });
    }
  });

  it('refuses a name that is none', () => {
    const name = 'constructor' as PointwiseFunction; // as a reader of files could
    assert.throws(() => at(1, name), FcnError);
  });
});
