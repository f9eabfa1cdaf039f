import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ShapeError } from '../../src/core/errors.js';
import { channelScale } from '../../src/ops/channel-scale.js';
import { Tensor } from '../../src/tensor/tensor.js';
import { extent, upTo } from '../support/arbitraries.js';
import { checkOp } from '../support/check-op.js';

const cases = (inner: fc.Arbitrary<number>) =>
  fc.record({ N: upTo(3), C: upTo(5), inner, shifted: fc.boolean(), flat: fc.boolean() });

checkOp({
  name: 'channel-scale',
  cases: cases(extent),
  gradientCases: cases(upTo(5)),
  inputShapes: ({ N, C, inner, shifted, flat }) => [
    flat ? [N, C] : [N, C, 1, inner],
    [C],
    ...(shifted ? [[C]] : []),
  ],
  apply: ([x, scale, shift]) => channelScale(x, scale, shift as Tensor | undefined),
  golden: ([x, scale, shift]) => channelScale(x, scale, shift as Tensor | undefined),
});

describe('channel-scale', () => {
  it('refuses a scale or a shift of another length', () => {
    const x = Tensor.dry([1, 3, 2, 2]);
    assert.throws(() => channelScale(x, Tensor.dry([2])), ShapeError);
    assert.throws(() => channelScale(x, Tensor.dry([3]), Tensor.dry([1])), ShapeError);
    assert.throws(() => channelScale(Tensor.dry([3]), Tensor.dry([3])), ShapeError);
  });
});
