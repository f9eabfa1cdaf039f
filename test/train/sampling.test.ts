import assert from 'node:assert/strict';
import { createSampler, epochOrder } from '../../src/train/sampling.js';

describe('epochOrder', () => {
  it('is a permutation, the same for the same seed and epoch', () => {
    const order = epochOrder(100, 7, 3);
    assert.deepEqual(
      Array.from(order).sort((a, b) => a - b),
      Array.from({ length: 100 }, (_, i) => i),
    );
    assert.deepEqual(order, epochOrder(100, 7, 3));
    assert.notDeepEqual(order, epochOrder(100, 7, 4));
    assert.notDeepEqual(order, epochOrder(100, 8, 3));
  });

  it('keeps as many positions as a random order, also between neighbouring epochs', () => {
    let fixed = 0;
    let kept = 0;
    for (let epoch = 0; epoch < 50; epoch++) {
      const [order, next] = [epochOrder(200, 1701, epoch), epochOrder(200, 1701, epoch + 1)];
      fixed += order.filter((value, i) => value === i).length;
      kept += order.filter((value, i) => value === next[i]).length;
    }
    // One each on average: 50 ± 7 over 50 epochs; six deviations are never seen.
    assert.ok(fixed > 8 && fixed < 92, String(fixed));
    assert.ok(kept > 8 && kept < 92, String(kept));
  });
});

describe('createSampler', () => {
  it('uses every sample once per epoch, also if batches do not divide it', () => {
    const sample = createSampler(10, 4, 3);
    const seen = Array.from({ length: 5 }, (_, batch) => sample(batch)).flat();
    for (const epoch of [seen.slice(0, 10), seen.slice(10)]) {
      assert.deepEqual(
        [...epoch].sort((a, b) => a - b),
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
      );
    }
  });

  it('gives a batch the same samples in any order of calls', () => {
    const forwards = createSampler(10, 4, 3);
    const backwards = createSampler(10, 4, 3);
    const batches = [0, 1, 2, 3, 4];
    const straight = batches.map(forwards);
    assert.deepEqual([...batches].reverse().map(backwards).reverse(), straight);
  });
});
