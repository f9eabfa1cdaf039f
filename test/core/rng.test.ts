import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FcnError } from '../../src/core/errors.js';
import { createRng, restoreRng, type Rng } from '../../src/core/rng.js';
import { between, SEED } from '../support/arbitraries.js';

const TWO_TO_32 = 2 ** 32;

/** As recorded on the first day: checkpoints and goldens stand on these numbers. */
const UNIFORM_1701 = [
  4294965594, 1549349380, 6338423, 1473669499, 2950640662, 995106859, 4250646789, 53116708,
  2833143606, 2943373809,
];
const NORMAL_1701 = [
  0.7450879377031208, 1.103819773192952, 0.7248115599782015, -1.7667130314120623,
  0.04352212134934324, -0.16581090361799306, 0.326981809795374, 2.112900561182939,
  0.7318434647362135, 1.2851526696715405,
];

const take = (count: number, draw: () => number): number[] =>
  Array.from({ length: count }, () => draw());

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

describe('Rng', () => {
  it('returns the recorded numbers for seed 1701', () => {
    const [a, b] = [createRng(1701), createRng(1701)];
    assert.deepEqual(
      take(10, () => a.uniform() * TWO_TO_32),
      UNIFORM_1701,
    );
    assert.deepEqual(
      take(10, () => b.normal()),
      NORMAL_1701,
    );
    assert.notDeepEqual(createRng(1702).state(), createRng(1701).state());
  });

  it('continues from any state, which later draws do not change', () => {
    const draw = (rng: Rng) => [rng.uniform(), rng.integer(1000), rng.normal()];
    fc.assert(
      fc.property(between(-(2 ** 31), 2 ** 31 - 1), between(0, 20), (seed, before) => {
        const rng = createRng(seed);
        take(before, () => rng.normal());
        const state = rng.state();
        const written = JSON.stringify(state);
        const expected = draw(rng);
        assert.equal(JSON.stringify(state), written);
        assert.deepEqual(draw(restoreRng(state)), expected);
        assert.deepEqual(draw(restoreRng(JSON.parse(written) as number[])), expected);
      }),
      { seed: SEED },
    );
  });

  it('rejects invalid states', () => {
    const states = [[], [1, 2, 3], [1, 2, 3, 4, 5], [1, 2, 3, 0.5], [1, 2, 3, NaN], [0, 0, 0, 0]];
    for (const state of states) assert.throws(() => restoreRng(state), FcnError);
  });

  it('draws integers from 0 to below the bound, uniformly', () => {
    const rng = createRng(SEED);
    const counts = new Map<number, number>();
    for (const value of take(7000, () => rng.integer(7))) {
      counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    assert.deepEqual([...counts.keys()].sort(), [0, 1, 2, 3, 4, 5, 6]);
    // Five standard deviations of a binomial count: 5 · √(7000 · 1/7 · 6/7) = 146.
    for (const count of counts.values()) assert(Math.abs(count - 1000) < 146, String(count));
    assert.deepEqual(
      take(20, () => rng.integer(1)),
      Array(20).fill(0),
    );
  });

  it('draws integers up to 2³², all of its bits', () => {
    const [a, b] = [createRng(1701), createRng(1701)];
    assert.deepEqual(
      take(10, () => a.integer(TWO_TO_32)),
      UNIFORM_1701,
    );
    for (const value of take(1000, () => b.uniform())) assert(value >= 0 && value < 1);
  });

  it('draws normal numbers of mean 0, variance 1, skewness 0 and kurtosis 3', () => {
    const count = 40000;
    const rng = createRng(SEED);
    const values = take(count, () => rng.normal());
    const moment = (power: number) => mean(values.map((value) => value ** power));
    // Five standard deviations of the mean of x^k: 5 · √((E x^2k − (E x^k)²) / count).
    const within = (power: number, expected: number, variance: number) => {
      const error = Math.abs(moment(power) - expected);
      assert(error < 5 * Math.sqrt(variance / count), `moment ${String(power)}: ${String(error)}`);
    };
    within(1, 0, 1);
    within(2, 1, 2);
    within(3, 0, 15);
    within(4, 3, 96);
    const neighbours = values.slice(1).map((value, i) => value * values[i]);
    assert(Math.abs(mean(neighbours)) < 5 / Math.sqrt(count), 'neighbours hang together');
  });
});
