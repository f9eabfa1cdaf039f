import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ShapeError } from '../../src/core/errors.js';
import { linear } from '../../src/ops/linear.js';
import { Tensor } from '../../src/tensor/tensor.js';
import { extent, upTo } from '../support/arbitraries.js';
import { checkOp } from '../support/check-op.js';

const cases = (features: fc.Arbitrary<number>) =>
  fc.record({ N: upTo(3), I: features, O: features, biased: fc.boolean(), maps: fc.boolean() });

checkOp({
  name: 'linear',
  cases: cases(extent),
  gradientCases: cases(upTo(6)),
  inputShapes: ({ N, I, O, biased, maps }) => [
    maps ? [N, I, 2, 1] : [N, I],
    [O, maps ? 2 * I : I],
    ...(biased ? [[O]] : []),
  ],
  apply: ([x, w, bias]) => linear(x, w, bias as Tensor | undefined),
  golden: ([x, w, bias]) => linear(x, w, bias as Tensor | undefined),
});

describe('linear', () => {
  it('refuses other feature counts, ranks and biases', () => {
    const x = Tensor.dry([2, 3, 2, 2]);
    assert.throws(() => linear(x, Tensor.dry([5, 11])), ShapeError);
    assert.throws(() => linear(x, Tensor.dry([5, 12, 1])), ShapeError);
    assert.throws(() => linear(x, Tensor.dry([5, 12]), Tensor.dry([4])), ShapeError);
    assert.throws(() => linear(Tensor.dry([12]), Tensor.dry([5, 12])), ShapeError);
    assert.deepEqual(linear(x, Tensor.dry([5, 12]), Tensor.dry([5])).shape, [2, 5]);
  });
});
