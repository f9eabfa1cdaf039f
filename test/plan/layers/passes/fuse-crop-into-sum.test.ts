import assert from 'node:assert/strict';
import { add } from '../../../../src/ops/add.js';
import { crop } from '../../../../src/ops/crop.js';
import { maximum } from '../../../../src/ops/maximum.js';
import { sigmoid } from '../../../../src/ops/sigmoid.js';
import { weightedSum } from '../../../../src/ops/weighted-sum.js';
import { fuseCropIntoSum } from '../../../../src/plan/layers/passes/fuse-crop-into-sum.js';
import { assertSameResult, kindsOf, planOf, type Forward } from './small-plan.js';

function check(forward: Forward, kinds: readonly string[], offsets: readonly number[][]): void {
  const before = planOf(forward);
  const after = fuseCropIntoSum(before);
  assert.deepEqual(kindsOf(after), kinds);
  const found = after.layers.flatMap((layer) =>
    layer.kind === 'sum' ? layer.terms.map(({ offset }) => [...offset]) : [],
  );
  assert.deepEqual(found, offsets);
  assertSameResult(after, before);
}

describe('fuse-crop-into-sum', () => {
  it('makes sums read whole maps from an offset on', () => {
    check(
      (x) => add(crop(x, [1, 2], [3, 3]), crop(sigmoid(x), [3, 0], [3, 3])),
      ['sigmoid', 'sum'],
      [
        [1, 2],
        [3, 0],
      ],
    );
  });

  it('fuses a crop into all sums that read it, and into all terms', () => {
    check(
      (x) => {
        const part = crop(x, [1, 2], [4, 4]);
        return add(weightedSum([part, part], [2, 3]), part);
      },
      ['sum', 'sum'],
      [
        [1, 2],
        [1, 2],
        [0, 0],
        [1, 2],
      ],
    );
  });

  it('adds up crops of crops', () => {
    check(
      (x) => {
        const part = crop(crop(x, [1, 2], [4, 4]), [2, 1], [2, 2]);
        return add(part, part);
      },
      ['sum'],
      [
        [3, 3],
        [3, 3],
      ],
    );
  });

  it('keeps a crop that has another reader or is the result', () => {
    check(
      (x) => {
        const part = crop(x, [1, 1], [2, 2]);
        return add(part, maximum([part, part]));
      },
      ['crop', 'maximum', 'sum'],
      [
        [0, 0],
        [0, 0],
      ],
    );
    check(
      (x) => crop(add(x, x), [1, 1], [2, 2]),
      ['sum', 'crop'],
      [
        [0, 0],
        [0, 0],
      ],
    );
    const list = planOf((x) => {
      const part = crop(x, [1, 1], [2, 2]);
      return add(part, part);
    });
    const both = { ...list, outputs: list.layers.map(({ output }) => output) };
    assert.deepEqual(fuseCropIntoSum(both), both);
  });
});
