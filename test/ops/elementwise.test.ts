import assert from 'node:assert/strict';
import fc from 'fast-check';
import { backward } from '../../src/autograd/backward.js';
import { FcnError, ShapeError } from '../../src/core/errors.js';
import type { ElementwiseFunction } from '../../src/backend/reference/elementwise.js';
import { elementwise } from '../../src/ops/elementwise.js';
import { Tensor } from '../../src/tensor/tensor.js';
import { reference32 } from '../support/backends.js';
import { checkOp } from '../support/check-op.js';

const NAMES: readonly ElementwiseFunction[] = [
  ...(['add', 'sub', 'mul', 'div', 'pow', 'max', 'min', 'prelu'] as const),
];
/** Pairs of shapes that fit. */
const SHAPES = [
  [
    [2, 3],
    [2, 3],
  ],
  [[2, 3, 1], [4]],
  [
    [1, 3],
    [2, 1, 1],
  ],
  [[5], [2, 1]],
  [[3], []],
] as const;

checkOp({
  name: 'elementwise',
  cases: fc.record({ name: fc.constantFrom(...NAMES), shapes: fc.constantFrom(...SHAPES) }),
  inputShapes: ({ shapes }) => shapes,
  apply: ([a, b], { name }) => elementwise(a, b, name),
  adjust: (values, input, { name }) =>
    (name === 'pow' && input === 0) || (name === 'div' && input === 1)
      ? values.map((value) => Math.fround(0.4 + Math.abs(value)))
      : values,
  specialValues: false,
  golden: null,
});

describe('elementwise', () => {
  const at = (a: number, b: number, name: ElementwiseFunction): number =>
    elementwise(
      Tensor.from(reference32, [a], [1]),
      Tensor.from(reference32, [b], [1]),
      name,
    ).item();

  it('aligns shapes at their last axes', () => {
    const a = Tensor.from(reference32, [1, 2], [2, 1]);
    const b = Tensor.from(reference32, [10, 20, 30], [3]);
    const y = elementwise(a, b, 'sub');
    assert.deepEqual(y.shape, [2, 3]);
    assert.deepEqual([...y.data], [-9, -19, -29, -8, -18, -28]);
  });

  it('raises to powers, whole and broken, of either sign', () => {
    assert.equal(at(-2, 3, 'pow'), -8);
    assert.equal(at(2, -2, 'pow'), 0.25);
    assert.equal(at(9, 0.5, 'pow'), 3);
    assert.equal(at(0, 0.5, 'pow'), 0);
    assert.equal(at(0, 0, 'pow'), 1);
    assert.ok(Number.isNaN(at(-2, 0.5, 'pow')));
  });

  it('says what is equal, which NaN is not, and has no gradient there', () => {
    const a = Tensor.from(reference32, [1, 2, NaN, -0], [4], { requiresGrad: true });
    const b = Tensor.from(reference32, [1, 3, NaN, 0], [4], { requiresGrad: true });
    const y = elementwise(a, b, 'equal');
    assert.deepEqual([...y.data], [1, 0, 0, 1]);
    backward(y, [1, 1, 1, 1]);
    assert.deepEqual([...a.grad, ...b.grad], Array(8).fill(0));
  });

  it('lets NaN win', () => {
    for (const name of ['max', 'min'] as const) {
      assert.ok(Number.isNaN(at(NaN, 1, name)));
      assert.ok(Number.isNaN(at(1, NaN, name)));
    }
  });

  it('refuses what does not fit', () => {
    const [a, b] = [Tensor.zeros(reference32, [2, 3]), Tensor.zeros(reference32, [2])];
    assert.throws(() => elementwise(a, b, 'add'), ShapeError);
    assert.throws(() => elementwise(a, a, 'toString' as ElementwiseFunction), FcnError);
  });
});
