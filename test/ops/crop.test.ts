import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ShapeError } from '../../src/core/errors.js';
import type { Pair } from '../../src/core/shape.js';
import { crop } from '../../src/ops/crop.js';
import { Tensor } from '../../src/tensor/tensor.js';
import { between, extent, upTo } from '../support/arbitraries.js';
import { checkOp } from '../support/check-op.js';

const cases = (width: fc.Arbitrary<number>) =>
  fc.record({
    N: upTo(2),
    C: upTo(3),
    offset: fc.tuple(between(0, 3), between(0, 6)),
    size: fc.tuple(upTo(3), width),
    rest: fc.tuple(between(0, 2), between(0, 5)),
  });

checkOp({
  name: 'crop',
  cases: cases(extent),
  gradientCases: cases(upTo(4)),
  inputShapes: ({ N, C, offset, size, rest }) => [
    [N, C, offset[0] + size[0] + rest[0], offset[1] + size[1] + rest[1]],
  ],
  apply: ([x], { offset, size }) => crop(x, offset, size),
  golden: ([x], { offset, size }: { offset: Pair; size: Pair }) => crop(x, offset, size),
});

describe('crop', () => {
  it('shifts coordinates by the offset', () => {
    const [map] = crop(Tensor.dry([1, 1, 9, 9]), [2, 5], [3, 4]).origin.maps;
    assert.deepEqual(
      map?.map(({ shift }) => shift.num),
      [-2, -5],
    );
  });

  it('refuses what leaves the map', () => {
    const x = Tensor.dry([1, 1, 4, 6]);
    assert.throws(() => crop(x, [1, 0], [4, 6]), ShapeError);
    assert.throws(() => crop(x, [0, 1], [4, 6]), ShapeError);
    assert.throws(() => crop(x, [-1, 0], [2, 2]), ShapeError);
    assert.throws(() => crop(x, [0, 0], [0, 2]), ShapeError);
    assert.throws(() => crop(x, [0.5, 0], [2, 2]), ShapeError);
    assert.throws(() => crop(Tensor.dry([4, 6]), [0, 0], [2, 2]), ShapeError);
  });
});
