import assert from 'node:assert/strict';
import { backward } from '../../src/autograd/backward.js';
import { ShapeError } from '../../src/core/errors.js';
import { where } from '../../src/ops/where.js';
import { Tensor } from '../../src/tensor/tensor.js';
import { upTo } from '../support/arbitraries.js';
import { reference32 } from '../support/backends.js';
import { checkOp } from '../support/check-op.js';

checkOp({
  name: 'where',
  cases: upTo(19),
  inputShapes: (length) => [[length], [length], [length]],
  apply: ([condition, a, b]) => where(condition, a, b),
  adjust: (values, input) => (input === 0 ? values.map((value) => (value > 0 ? 1 : 0)) : values),
  differentiable: [false, true, true],
  golden: null,
});

describe('where', () => {
  it('takes a where the condition is not 0, and nothing of the other one', () => {
    const condition = Tensor.from(reference32, [1, 0, -0, NaN, -2], [5]);
    const a = Tensor.from(reference32, [1, NaN, NaN, 4, 5], [5], { requiresGrad: true });
    const b = Tensor.from(reference32, [NaN, 20, 30, NaN, NaN], [5], { requiresGrad: true });
    const y = where(condition, a, b);
    assert.deepEqual([...y.data], [1, 20, 30, 4, 5]);
    backward(y, [1, 2, 3, 4, NaN]);
    assert.deepEqual([...a.grad], [1, 0, 0, 4, NaN]);
    assert.deepEqual([...b.grad], [0, 2, 3, 0, 0]);
  });

  it('refuses shapes that differ', () => {
    const [one, two] = [Tensor.zeros(reference32, [1]), Tensor.zeros(reference32, [2])];
    assert.throws(() => where(one, two, two), ShapeError);
    assert.throws(() => where(two, two, one), ShapeError);
  });
});
