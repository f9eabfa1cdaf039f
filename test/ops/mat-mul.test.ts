import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ShapeError } from '../../src/core/errors.js';
import { macs } from '../../src/graph/macs.js';
import { matMul } from '../../src/ops/mat-mul.js';
import { Tensor } from '../../src/tensor/tensor.js';
import { upTo } from '../support/arbitraries.js';
import { reference32 } from '../support/backends.js';
import { checkOp } from '../support/check-op.js';

checkOp({
  name: 'mat-mul',
  cases: fc.record({
    M: upTo(4),
    K: upTo(5),
    N: upTo(4),
    stacks: fc.constantFrom(
      [[], []],
      [[2], [1]],
      [
        [1, 3],
        [2, 1],
      ],
      [[2], [2]],
    ),
  }),
  inputShapes: ({ M, K, N, stacks: [a, b] }) => [
    [...a, M, K],
    [...b, K, N],
  ],
  apply: ([a, b]) => matMul(a, b),
  golden: null,
});

describe('matMul', () => {
  it('multiplies', () => {
    const a = Tensor.from(reference32, [1, 2, 3, 4, 5, 6], [2, 3]);
    const b = Tensor.from(reference32, [1, 0, 0, 1, 10, 100], [3, 2]);
    assert.deepEqual([...matMul(a, b).data], [31, 302, 64, 605]);
  });

  it('counts m·n·k multiplications for each matrix of a stack', () => {
    const count = (a: readonly number[], b: readonly number[]): number => {
      const y = matMul(Tensor.zeros(reference32, a), Tensor.zeros(reference32, b));
      return macs(y.origin);
    };
    assert.equal(count([2, 3], [3, 5]), 2 * 5 * 3);
    assert.equal(count([1, 7, 2, 3], [4, 1, 3, 5]), 4 * 7 * 2 * 5 * 3);
  });

  it('refuses what does not fit', () => {
    const a = Tensor.zeros(reference32, [2, 3]);
    assert.throws(() => matMul(a, a), ShapeError);
    assert.throws(() => matMul(a, Tensor.zeros(reference32, [1, 3, 2])), ShapeError);
    assert.throws(() => matMul(a, Tensor.zeros(reference32, [3])), ShapeError);
  });
});
