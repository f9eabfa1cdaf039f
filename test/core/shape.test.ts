import assert from 'node:assert/strict';
import { ShapeError } from '../../src/core/errors.js';
import {
  assertPair,
  assertRank,
  assertSameShape,
  assertShape,
  numel,
  sameShape,
  showShape,
  toPair,
  type Pair,
} from '../../src/core/shape.js';

const refused = (message: string) => ({ name: 'ShapeError', message });

describe('shapes', () => {
  it('have an element count: 1 for a scalar, 0 for an empty map', () => {
    assert.deepEqual([[2, 3, 4], [], [5, 0, 7]].map(numel), [24, 1, 0]);
  });

  it('are equal if rank and extents are equal', () => {
    assert(sameShape([1, 2], [1, 2]));
    assert(sameShape([], []));
    for (const other of [[1], [1, 2, 1], [2, 1], [1, 3]]) {
      assert(!sameShape([1, 2], other), showShape(other));
    }
  });

  it('are lists of counts', () => {
    for (const shape of [[], [0], [1, 2, 3]]) assertShape('x', shape);
    for (const shape of [[-1], [1.5], [NaN], [Infinity], [2 ** 53], [2, -0.5]]) {
      assert.throws(() => {
        assertShape('x', shape);
      }, ShapeError);
    }
  });

  it('appear in messages, with the expected shape', () => {
    assert.equal(showShape([1, 3, 500, 500]), '[1, 3, 500, 500]');
    assert.throws(() => {
      assertShape('zeros', [2, -1]);
    }, refused('zeros: [2, -1] is not a shape'));
    assert.throws(() => {
      assertRank('conv2d input', [3, 4], 4);
    }, refused('conv2d input: expected rank 4, got [3, 4]'));
    assert.throws(() => {
      assertSameShape('add', [1, 2], [2, 1]);
    }, refused('add: expected [1, 2], got [2, 1]'));
    assertRank('x', [3, 4], 2);
    assertSameShape('x', [3, 4], [3, 4]);
  });
});

describe('pairs', () => {
  it('are built from one number for both axes', () => {
    assert.deepEqual(toPair(3), [3, 3]);
    assert.deepEqual(toPair([1, 2]), [1, 2]);
  });

  it('are two integers of at least the minimum', () => {
    assertPair('stride', [1, 2], 1);
    assertPair('padding', [0, 0], 0);
    const wrong: readonly (readonly number[])[] = [
      [0, 1],
      [1, 0],
      [1.5, 1],
      [1, NaN],
      [1],
      [1, 1, 1],
    ];
    for (const pair of wrong) {
      assert.throws(
        () => {
          assertPair('stride', pair as unknown as Pair, 1); // as a caller without types may
        },
        refused(`stride: expected integers of at least 1, got ${showShape(pair)}`),
      );
    }
  });
});
