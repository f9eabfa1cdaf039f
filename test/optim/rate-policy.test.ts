import assert from 'node:assert/strict';
import { rateAt } from '../../src/optim/rate-policy.js';

/** float64 rounding of a handful of operations, relative. */
const CLOSE = 1e-14;

function assertRate(got: number, expected: number): void {
  assert.ok(Math.abs(got - expected) <= CLOSE * Math.abs(expected), String(got));
}

describe('rateAt', () => {
  it('follows the formulas of Caffe, policy by policy', () => {
    for (const it of [0, 1, 7, 99, 100, 101, 250]) {
      assertRate(rateAt({ policy: 'fixed' }, 0.1, it), 0.1);
      const step = { policy: 'step', gamma: 0.1, stepSize: 100 } as const;
      assertRate(rateAt(step, 0.1, it), 0.1 * 0.1 ** Math.floor(it / 100));
      assertRate(rateAt({ policy: 'exp', gamma: 0.99 }, 0.1, it), 0.1 * 0.99 ** it);
      const inv = { policy: 'inv', gamma: 1e-4, power: 0.75 } as const;
      assertRate(rateAt(inv, 0.01, it), 0.01 * (1 + 1e-4 * it) ** -0.75);
      const poly = { policy: 'poly', power: 0.9, maxIterations: 251 } as const;
      assertRate(rateAt(poly, 0.1, it), 0.1 * (1 - it / 251) ** 0.9);
      const sigmoid = { policy: 'sigmoid', gamma: -0.05, stepSize: 100 } as const;
      assertRate(rateAt(sigmoid, 0.1, it), 0.1 / (1 + Math.exp(0.05 * (it - 100))));
    }
  });

  it('changes a multistep rate at each of its values', () => {
    const policy = { policy: 'multistep', gamma: 0.5, stepValues: [3, 5] } as const;
    assert.deepEqual(
      [0, 2, 3, 4, 5, 6].map((it) => rateAt(policy, 8, it)),
      [8, 8, 4, 4, 2, 2],
    );
  });

  it('ends a poly rate at zero and keeps it there', () => {
    const policy = { policy: 'poly', power: 0.9, maxIterations: 10 } as const;
    assert.equal(rateAt(policy, 1, 10), 0);
    assert.equal(rateAt(policy, 1, 11), 0);
  });
});
